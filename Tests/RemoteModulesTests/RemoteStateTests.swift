import AccessModel
import AuthenticatorKit
import Testing

@testable import RemoteModules

/// What travels of a remote module's conversation.
@Suite struct RemoteStateTests {
  private static let memories: [[UInt8]] = [
    [], [0], Array("=RSSMRA85T10H501O".utf8), [UInt8](repeating: 255, count: 4000),
  ]

  @Test(arguments: memories) func aStateComesBackAsItWent(_ memory: [UInt8]) throws {
    for subject in [nil, try FiscalCode("RSSMRA85T10H501O"), try FiscalCode("BNCNNASNATMFNLRC")] {
      let state = RemoteState(subject: subject, memory: memory)
      #expect(RemoteState(state.sealable) == state)
      #expect(state.sealable.bytes.count <= AuthenticationState.maximumBytes)
    }
  }

  @Test(arguments: ["", "x", "RSSMRA85T10H501O", "=", "=RSSMRA85T10H501", "=RSSMRA85T10H501Aabc", "=?", " ?"])
  func whatWeDidNotWriteIsNoState(_ text: String) {
    #expect(RemoteState(AuthenticationState(bytes: Array(text.utf8))) == nil)
  }
}
