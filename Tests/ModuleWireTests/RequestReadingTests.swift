import AccessModel
import AuthenticatorKit
import Foundation
import ModuleWire
import Testing

/// What a module in Swift makes of the gateway's requests.
@Suite struct RequestReadingTests {
  private static let citizen = "RSSMRA85T10H501O"

  private static func begin(
    purpose: String = #""first-login""#, subject: String = #""subject": null,"#, call: String = #""call": "Yk3","#,
    issuer: String = #""issuer": "https://a.example","#
  ) -> String {
    """
    {\(call) "instance": "otp-mail", \(issuer) "login": {"purpose": \(purpose), \(subject) "relay_state": "q9",
     "browser": true}}
    """
  }

  private static func resume(
    _ answer: String = #"{"fields": {"code": "123456"}}"#, state: String = #""YWJj""#
  ) -> String {
    #"{"call": "aP0", "instance": "otp-mail", "issuer": "https://a.example", "answer": \#(answer), "state": \#(state)}"#
  }

  private static func certificate(_ chain: String, _ source: String = #""tls""#) -> String {
    resume(#"{"fields": {}, "certificate": {"chain": \#(chain), "source": \#(source)}}"#)
  }

  private static let refusedBegins: [(text: String, error: String, showsInSchema: Bool)] = [
    (begin(purpose: #""zz9""#), "begin: unknown purpose", true),
    (begin(purpose: "null"), "login.purpose has the wrong type", true),
    (begin(subject: ""), "the field subject is missing", true), (begin(call: ""), "the field call is missing", true),
    (begin(issuer: ""), "the field issuer is missing", true),
    (begin(subject: #""subject": {"fiscal_code": "zz9"},"#), "begin: subject is no fiscal code", true),
    (begin(subject: #""subject": {"fiscal_code": "RSSMRA85T10H501A"},"#), "begin: subject is no fiscal code", false),
    (begin(subject: #""subject": {},"#), "subject: not one of local, pseudonym, fiscal_code", true),
    (begin(subject: #""subject": "zz9","#), "login.subject has the wrong type", true),
  ]

  private static let refusedResumes: [(text: String, error: String, showsInSchema: Bool)] = [
    (resume(state: StepCase.state(4001)), "resume: state is no base64 of at most 4000 bytes", true),
    (resume(state: #""zz9!""#), "resume: state is no base64 of at most 4000 bytes", true),
    (resume("{}"), "the field fields is missing", true),
    (resume(#"{"fields": {"code": 5}}"#), "answer.fields.code has the wrong type", true),
    (resume(#"{"fields": {"ZZ9 zz9": 5}}"#), "answer.fields.… has the wrong type", true),
    (certificate("[]"), "resume: certificate.chain is empty", true),
    (certificate(#"["zz9!"]"#), "resume: certificate.chain is no base64", false),
    (certificate(#"["YWJj", "zz9!"]"#), "resume: certificate.chain is no base64", false),
    (certificate(#"["YWJj"]"#, #""zz9""#), "resume: certificate.source is unknown", false),
  ]

  private func read(begin text: String) throws -> LoginRequest {
    try WireCoding.decode(WireBegin.self, Data(text.utf8)).request()
  }

  private func read(resume text: String) throws -> (LoginAnswer, AuthenticationState) {
    try WireCoding.decode(WireResume.self, Data(text.utf8)).parts()
  }

  @Test(arguments: refusedBegins)
  func aBeginThatCannotBeReadIsRefused(_ text: String, _ message: String, _: Bool) throws {
    let error = try #require(throws: WireError.self) { try read(begin: text) }
    #expect(error.description == message)
  }

  @Test(arguments: refusedResumes)
  func aResumeThatCannotBeReadIsRefused(_ text: String, _ message: String, _: Bool) throws {
    let error = try #require(throws: WireError.self) { try read(resume: text) }
    #expect(error.description == message)
  }

  @Test func theSchemasSayTheSame() throws {
    let begins = RequestReadingTests.refusedBegins.map { (Schemas.Name.begin, $0) }
    let cases = begins + RequestReadingTests.refusedResumes.map { (Schemas.Name.resume, $0) }
    let verdicts = try Schemas.judge(cases.map { Schemas.Question(schema: $0, text: $1.text) })
    for (request, errors) in zip(cases, verdicts) {
      #expect(errors.isEmpty != request.1.showsInSchema, "\(request.1.error): \(errors)")
    }
  }

  @Test(arguments: [LoginRequest.Purpose.firstLogin, .stepUp, .secondFactor])
  func aBeginArrivesAsItWasSent(_ purpose: LoginRequest.Purpose) throws {
    let citizen = try FiscalCode(RequestReadingTests.citizen)
    let sent = LoginRequest(purpose: purpose, subject: citizen, relayState: "q9", hasBrowser: true)
    let message = WireBegin(
      call: "a", instance: try #require(InstanceID("otp")), issuer: "i", sent, subject: .fiscalCode(citizen.rawValue))
    let read = try WireCoding.decode(WireBegin.self, try WireCoding.encode(message)).request()
    #expect(read.purpose == purpose)
    #expect(read.subject == citizen)
    #expect(read.relayState == "q9")
    #expect(read.hasBrowser)
  }

  @Test func aPseudonymIsNobodyToAModuleInSwift() throws {
    let text = RequestReadingTests.begin(subject: #""subject": {"pseudonym": "p"},"#)
    #expect(try read(begin: text).subject == nil)
  }

  @Test func aResumeArrivesAsItWasSent() throws {
    let shown = try #require(ClientCertificate(chain: [[1, 2], [3]], source: .proxy))
    let sent = LoginAnswer(["code": Secret("123456"), "empty": Secret("")], certificate: shown)
    let message = WireResume(
      call: "a", instance: try #require(InstanceID("otp")), issuer: "i", sent, state: [0, 255])
    let (answer, state) = try WireCoding.decode(WireResume.self, try WireCoding.encode(message)).parts()
    #expect(answer.texts == ["code": "123456", "empty": ""])
    #expect(answer.certificate == shown)
    #expect(state == AuthenticationState(bytes: [0, 255]))
  }
}
