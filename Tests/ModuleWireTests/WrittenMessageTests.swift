import AccessModel
import AuthenticatorKit
import Foundation
import ModuleWire
import Testing

/// What the Swift types say is what the schemas of the contract describe.
@Suite struct WrittenMessageTests {
  private let instance: InstanceID
  private let citizen: FiscalCode
  private let module = AuthenticatorDescriptor(
    role: .primary, assurance: .high, amr: ["x"], ceiling: .dispositive)

  init() throws {
    instance = try #require(InstanceID("otp-mail"))
    citizen = try FiscalCode("RSSMRA85T10H501O")
  }

  private func judge(_ schema: Schemas.Name, _ messages: [some Encodable]) throws -> [[String]] {
    try Schemas.judge(
      messages.map { message in
        Schemas.Question(schema: schema, text: String(decoding: try WireCoding.encode(message), as: UTF8.self))
      })
  }

  @Test func everyHelloIsWhatItsSchemaSays() throws {
    var hellos: [WireHello] = []
    for role in [AuthenticatorDescriptor.Role.primary, .secondFactor] {
      for level in AssuranceLevel.allCases {
        for right in AccessRight.allCases {
          let descriptor = AuthenticatorDescriptor(role: role, assurance: level, amr: [], ceiling: right)
          hellos.append(WireHello(name: "a-module", version: level == .low ? nil : "1.0", descriptor))
        }
      }
    }
    hellos.append(WireHello(name: "a", module, capabilities: ["redirect", "unheard-of"]))
    #expect(try judge(.hello, hellos).filter { !$0.isEmpty } == [])
    for hello in hellos {
      let read = try WireCoding.decode(WireHello.self, try WireCoding.encode(hello))
      #expect(read == hello)
    }
  }

  @Test func everyBeginIsWhatItsSchemaSays() throws {
    let subjects: [WireSubject?] = [nil, .pseudonym("abc"), .fiscalCode(citizen.rawValue)]
    let purposes: [LoginRequest.Purpose] = [.firstLogin, .stepUp, .secondFactor]
    let messages = purposes.flatMap { purpose in
      subjects.map { subject in
        let login = LoginRequest(purpose: purpose, relayState: "q9", hasBrowser: purpose == .stepUp)
        return WireBegin(call: "Yk3", instance: instance, issuer: "https://a.example", login, subject: subject)
      }
    }
    #expect(try judge(.begin, messages).filter { !$0.isEmpty } == [])
  }

  /// A module must not have to guess whether a field is missing or empty.
  @Test func aBeginAboutNobodySaysSo() throws {
    let login = LoginRequest(purpose: .firstLogin)
    let bytes = try WireCoding.encode(WireBegin(call: "a", instance: instance, issuer: "i:", login, subject: nil))
    #expect(String(decoding: bytes, as: UTF8.self).contains(#""subject":null"#))
  }

  @Test func everyResumeIsWhatItsSchemaSays() throws {
    let certificate = ClientCertificate(chain: [[1, 2, 3], [0xFF]], source: .proxy)
    let answers = [
      LoginAnswer([:]), LoginAnswer(["code": Secret("123456"), "empty": Secret("")]),
      LoginAnswer(["long": Secret(String(repeating: "🪪", count: 2_500))], certificate: certificate),
    ]
    let states: [[UInt8]] = [
      [], [0], [0, 1], [1, 2, 3], [UInt8](repeating: 0xFF, count: WireProtocol.maximumStateBytes),
    ]
    let messages = answers.flatMap { answer in
      states.map { WireResume(call: "aP0", instance: instance, issuer: "https://a.example", answer, state: $0) }
    }
    #expect(try judge(.resume, messages).filter { !$0.isEmpty } == [])
  }

  @Test func whatIsNoTextDoesNotTravel() throws {
    let answer = LoginAnswer(["good": Secret("a"), "bad": Secret([0xC3, 0x28])])
    let message = WireResume(call: "a", instance: instance, issuer: "i:", answer, state: [])
    #expect(message.answer.fields == ["good": "a"])
  }

  @Test func everyStepIsWhatItsSchemaSays() throws {
    let fields = [PromptField.Kind.text, .account, .secret, .code].map { kind in
      PromptField("field_\(kind.rawValue)", label: "Ask for \(kind.rawValue)", kind: kind)
    }
    let state = AuthenticationState(bytes: [UInt8](repeating: 7, count: WireProtocol.maximumStateBytes))
    var steps: [AuthenticationStep] = [
      .prompt(Prompt(id: "code", fields: fields), AuthenticationState()),
      .prompt(Prompt(id: "code", message: "Perché è così", fields: fields), state),
      .redirect(Redirect(url: "https://idp.example/?a=b"), state),
      .redirect(Redirect(url: "https://idp.example/", form: ["SAMLRequest": "abc"]), AuthenticationState()),
      .verified(VerifiedIdentity(subject: .local("anna"))),
      .verified(VerifiedIdentity(subject: .fiscalCode(citizen), right: .consultation, level: .substantial)),
    ]
    steps += WrittenMessageTests.denials.map { .denied($0) }
    let messages = steps.map { WireStep(call: "Yk3", $0, of: module) }
    for (step, errors) in zip(steps, try judge(.step, messages)) {
      #expect(errors == [], "\(step)")
    }
  }

  static let denials: [Denial] = [
    .badCredentials, .locked, .notEnrolled, .cancelled, .anotherPerson, .notAllowed, .gradeTooLow, .moduleFault,
    .explained("spid-nr25", "The provider has refused."), .explained("nameIsTaken", "That name is somebody else's."),
  ]

  /// A module in Swift may use camel case for its own reasons, and means the same on both sides of the wire.
  @Test(arguments: denials) func everyDenialArrives(_ denial: Denial) throws {
    let step = WireStep(call: "a", .denied(denial), of: module)
    let read = try WireCoding.decode(WireStep.self, try WireCoding.encode(step)).read(for: "a")
    let expected = denial.rawValue == "nameIsTaken" ? .explained("name-is-taken", denial.explanation ?? "") : denial
    #expect(read == .denied(expected))
  }
}
