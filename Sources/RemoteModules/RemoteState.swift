import AccessModel
import AuthenticatorKit

/// What travels of a remote module's conversation: the module's own state, and whom the login is about, which the module
/// need not know.
struct RemoteState: Sendable, Equatable {
  let subject: FiscalCode?
  let memory: [UInt8]

  init(subject: FiscalCode?, memory: [UInt8]) {
    self.subject = subject
    self.memory = memory
  }

  /// - Returns: nil for bytes that we did not write.
  init?(_ state: AuthenticationState) {
    switch state.bytes.first {
    case UInt8(ascii: "?"): self.init(subject: nil, memory: Array(state.bytes.dropFirst()))
    case UInt8(ascii: "="):
      let code = state.bytes.dropFirst().prefix(RemoteState.codeBytes)
      guard let subject = try? FiscalCode(String(decoding: code, as: UTF8.self)) else { return nil }
      self.init(subject: subject, memory: Array(state.bytes.dropFirst(1 + RemoteState.codeBytes)))
    default: return nil
    }
  }

  private static let codeBytes = 16

  var sealable: AuthenticationState {
    AuthenticationState(bytes: Array((subject.map { "=\($0.rawValue)" } ?? "?").utf8) + memory)
  }
}
