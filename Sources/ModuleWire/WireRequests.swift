public import AccessModel
public import AuthenticatorKit
import Foundation

/// `POST /v1/begin`.
public struct WireBegin: Sendable, Codable {
  public struct Login: Sendable, Codable {
    public let purpose: String
    public let subject: WireSubject?
    public let relayState: String
    public let browser: Bool

    enum CodingKeys: String, CodingKey {
      case purpose, subject, browser
      case relayState = "relay_state"
    }

    init(purpose: String, subject: WireSubject?, relayState: String, browser: Bool) {
      self.purpose = purpose
      self.subject = subject
      self.relayState = relayState
      self.browser = browser
    }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      guard container.contains(.subject) else { throw WireError("the field subject is missing") }
      self.init(
        purpose: try container.decode(String.self, forKey: .purpose),
        subject: try container.decodeIfPresent(WireSubject.self, forKey: .subject),
        relayState: try container.decode(String.self, forKey: .relayState),
        browser: try container.decode(Bool.self, forKey: .browser))
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(purpose, forKey: .purpose)
      // Said even where there is none: a module must not have to guess whether a field is missing or empty.
      try container.encode(subject, forKey: .subject)
      try container.encode(relayState, forKey: .relayState)
      try container.encode(browser, forKey: .browser)
    }
  }

  public let call: String
  public let instance: String
  public let issuer: String
  public let login: Login

  /// - Parameter subject: whom the module may know the citizen as.
  public init(call: String, instance: InstanceID, issuer: String, _ login: LoginRequest, subject: WireSubject?) {
    self.call = call
    self.instance = instance.description
    self.issuer = issuer
    self.login = Login(
      purpose: login.purpose.wireWord, subject: subject, relayState: login.relayState, browser: login.hasBrowser)
  }

  /// The request as a module in Swift sees it; a citizen that is only a pseudonym is nobody to it.
  public func request() throws(WireError) -> LoginRequest {
    guard let purpose = LoginRequest.Purpose(wireWord: login.purpose) else { throw WireError("begin: unknown purpose") }
    var subject: FiscalCode?
    if case .fiscalCode(let text) = login.subject {
      subject = try? FiscalCode(text)
      guard subject != nil else { throw WireError("begin: subject is no fiscal code") }
    }
    return LoginRequest(
      purpose: purpose, subject: subject, relayState: login.relayState, hasBrowser: login.browser)
  }
}

extension LoginRequest.Purpose {
  private static let words: [(LoginRequest.Purpose, String)] = [
    (.firstLogin, "first-login"), (.stepUp, "step-up"), (.secondFactor, "second-factor"),
  ]

  var wireWord: String { LoginRequest.Purpose.words.first { $0.0 == self }?.1 ?? rawValue }

  init?(wireWord: String) {
    guard let found = LoginRequest.Purpose.words.first(where: { $0.1 == wireWord }) else { return nil }
    self = found.0
  }
}

/// `POST /v1/resume`.
public struct WireResume: Sendable, Codable {
  public struct Answer: Sendable, Codable {
    public let fields: [String: String]
    public let certificate: Certificate?
  }

  public struct Certificate: Sendable, Codable {
    /// DER in base64, the leaf first.
    public let chain: [String]
    public let source: String
  }

  public let call: String
  public let instance: String
  public let issuer: String
  public let answer: Answer
  /// Base64.
  public let state: String

  public init(call: String, instance: InstanceID, issuer: String, _ answer: LoginAnswer, state: [UInt8]) {
    self.call = call
    self.instance = instance.description
    self.issuer = issuer
    self.answer = Answer(
      // What is no text cannot travel; to the module the field is missing, which it has to expect anyway.
      fields: answer.texts,
      certificate: answer.certificate.map { shown in
        Certificate(chain: shown.chain.map { Data($0).base64EncodedString() }, source: shown.source.rawValue)
      })
    self.state = Data(state).base64EncodedString()
  }

  /// The answer and the state as a module in Swift sees them.
  public func parts() throws(WireError) -> (LoginAnswer, AuthenticationState) {
    guard let state = Data(base64Encoded: state), state.count <= WireProtocol.maximumStateBytes else {
      throw WireError("resume: state is no base64 of at most \(WireProtocol.maximumStateBytes) bytes")
    }
    let fields = answer.fields.mapValues { Secret($0) }
    let certificate = try answer.certificate?.shown()
    return (LoginAnswer(fields, certificate: certificate), AuthenticationState(bytes: Array(state)))
  }
}

extension WireResume.Certificate {
  /// Half a chain is not what was shown, and a proof of a kind that is not known is none.
  fileprivate func shown() throws(WireError) -> ClientCertificate {
    let known = chain.compactMap { Data(base64Encoded: $0).map { Array($0) } }
    guard known.count == chain.count else { throw WireError("resume: certificate.chain is no base64") }
    guard let source = ClientCertificate.Source(rawValue: source) else {
      throw WireError("resume: certificate.source is unknown")
    }
    guard let certificate = ClientCertificate(chain: known, source: source) else {
      throw WireError("resume: certificate.chain is empty")
    }
    return certificate
  }
}
