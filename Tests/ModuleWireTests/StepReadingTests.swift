import AccessModel
import AuthenticatorKit
import Foundation
import ModuleWire
import Testing

/// What the gateway takes of a module's answer, and what it refuses.
@Suite struct StepReadingTests {
  private func read(_ text: String) throws -> WireStep.Reading {
    try WireCoding.decode(WireStep.self, Data(text.utf8)).read(for: "Yk3")
  }

  @Test(arguments: StepCase.accepted) func everyLimitCanBeReached(_ step: StepCase) throws {
    _ = try read(step.text)
  }

  @Test(arguments: StepCase.refused) func whatIsBeyondALimitIsRefusedByTheNameOfItsField(_ step: StepCase) throws {
    let error = try #require(throws: WireError.self) { try read(step.text) }
    #expect(error.description == step.error)
    #expect(!error.description.contains(StepCase.marker))
  }

  /// The schema is what an author goes by: neither stricter nor laxer than the gateway.
  @Test func theSchemaSaysTheSame() throws {
    let cases = StepCase.accepted + StepCase.refused
    let verdicts = try Schemas.judge(cases.map { Schemas.Question(schema: .step, text: $0.text) })
    for (step, errors) in zip(cases, verdicts) {
      let isRefused = step.error != nil && step.showsInSchema
      #expect(errors.isEmpty != isRefused, "\(step.name): \(errors)")
    }
  }

  @Test(arguments: [
    "", "{", "nil", "\u{FEFF}", #"{"call": "Yk3", "step": "den"#, String(repeating: "[", count: 20_000),
  ])
  func whatIsNoJSONIsRefused(_ text: String) throws {
    let error = try #require(throws: WireError.self) { try read(text) }
    #expect(error == WireError("this is no JSON"))
  }

  /// Some languages cannot leave a field out; the schema asks for better.
  @Test func aTextThatIsNullIsNone() throws {
    let fields = [PromptField("code", label: "Code", kind: .code)]
    let expected = WireStep.Reading.prompt(Prompt(id: "code", fields: fields), state: Array("abc".utf8))
    #expect(try read(StepCase.prompt(message: "null")) == expected)
  }

  @Test func aPromptArrivesAsItWasSent() throws {
    let prompt = Prompt(
      id: "code", message: "A code.",
      fields: [PromptField("code", label: "Code", kind: .code), PromptField("who", label: "Name", kind: .account)])
    let fields = [StepCase.field(), StepCase.field(#""who""#, label: #""Name""#, kind: #""account""#)]
    #expect(try read(StepCase.prompt(fields: fields)) == .prompt(prompt, state: Array("abc".utf8)))
  }

  @Test func aRedirectArrivesAsItWasSent() throws {
    let plain = StepCase.redirect(#""https://idp.example/?a=b""#, form: "null")
    #expect(try read(plain) == .redirect(Redirect(url: "https://idp.example/?a=b"), state: Array("abc".utf8)))
    let post = StepCase.redirect(#""https://idp.example/""#, form: #"{"SAMLRequest": "x"}"#)
    let expected = Redirect(url: "https://idp.example/", form: ["SAMLRequest": "x"])
    #expect(try read(post) == .redirect(expected, state: Array("abc".utf8)))
  }

  @Test func anIdentityArrivesAsItWasSent() throws {
    #expect(try read(StepCase.verified(#"{"pseudonym": "p"}"#)) == .verified(.pseudonym("p"), right: nil, level: nil))
    let lowered = StepCase.verified(#"{"local": "a"}"#, #", "right": "consultation", "level": "none""#)
    #expect(try read(lowered) == .verified(.local("a"), right: .consultation, level: .some(.none)))
  }

  /// A subject may be a fiscal code.
  @Test func aSubjectDoesNotPrintItself() throws {
    let code = "RSSMRA85T10H501O"
    for subject in [WireSubject.fiscalCode(code), .local(code), .pseudonym(code)] {
      var dumped = ""
      dump(subject, to: &dumped)
      #expect(!"\(subject) \(String(reflecting: subject)) \(dumped)".contains(code))
    }
  }
}
