import AccessModel
public import AuthenticatorKit
import Foundation

/// The answer to `begin` and `resume`: one of the four steps.
public struct WireStep: Sendable, Codable {
  public enum Kind: String, Sendable, Codable {
    case prompt, redirect, verified, denied
  }

  public struct Prompt: Sendable, Codable {
    public struct Field: Sendable, Codable {
      public let name: String
      public let label: String
      public let kind: String
    }
    public let id: String
    public let message: String?
    public let fields: [Field]
  }

  public struct Redirect: Sendable, Codable {
    public let url: String
    public let form: [String: String]?
  }

  public struct Identity: Sendable, Codable {
    public let subject: WireSubject
    public let right: String?
    public let level: String?
  }

  public struct Denial: Sendable, Codable {
    public let reason: String
    public let explanation: String?
  }

  public let call: String
  public let step: Kind
  public var prompt: Prompt?
  public var redirect: Redirect?
  public var identity: Identity?
  public var denial: Denial?
  /// Base64.
  public var state: String?

  init(call: String, step: Kind) {
    self.call = call
    self.step = step
  }
}

extension WireStep {
  /// A step of a module in Swift. What the wire has no words for stays behind: a login in one of the module's contexts
  /// says what it is worth instead, and one that is worth nothing before a change is none.
  /// - Parameter module: whose step it is.
  public init(call: String, _ step: AuthenticationStep, of module: AuthenticatorDescriptor) {
    switch step {
    case .prompt(let prompt, let state):
      self.init(call: call, step: .prompt)
      let fields = prompt.fields.map { Prompt.Field(name: $0.name, label: $0.label, kind: $0.kind.rawValue) }
      self.prompt = Prompt(id: prompt.id, message: prompt.message, fields: fields)
      self.state = Data(state.bytes).base64EncodedString()
    case .redirect(let redirect, let state):
      self.init(call: call, step: .redirect)
      self.redirect = Redirect(url: redirect.url, form: redirect.form.isEmpty ? nil : redirect.form)
      self.state = Data(state.bytes).base64EncodedString()
    case .verified(let identity):
      guard let sayable = identity.sayable(by: module) else {
        self.init(call: call, .denied(.notAllowed), of: module)
        return
      }
      self.init(call: call, step: .verified)
      self.identity = Identity(
        subject: WireSubject(sayable.subject), right: sayable.right?.rawValue, level: sayable.level?.description)
    case .denied(let denial):
      self.init(call: call, step: .denied)
      self.denial = Denial(reason: denial.wireWord, explanation: denial.explanation)
    }
  }
}

extension VerifiedIdentity {
  /// The same without contexts, worth what its context is worth where that is less than the module can be.
  /// - Returns: nil where that would make more of it than the module said.
  fileprivate func sayable(by module: AuthenticatorDescriptor) -> VerifiedIdentity? {
    guard upkeep == .none else { return nil }
    guard !module.contexts.isEmpty else { return acr == nil ? self : nil }
    // Who names no context means the weakest, as in the gateway.
    let named = acr.map { acr in module.contexts.first { $0.acr == acr } } ?? module.contexts.first
    guard let context = named else { return nil }
    let right = min(self.right ?? context.right, context.right)
    let level = min(self.level ?? context.level, context.level)
    return VerifiedIdentity(
      subject: subject, right: right < module.ceiling ? right : nil, level: level < module.assurance ? level : nil)
  }
}

extension WireSubject {
  init(_ subject: VerifiedIdentity.Subject) {
    switch subject {
    case .fiscalCode(let code): self = .fiscalCode(code.rawValue)
    case .local(let name): self = .local(name)
    }
  }
}

extension Denial {
  /// The denials that the wire knows by name.
  static let wireWords: [(word: String, denial: Denial)] = [
    ("bad-credentials", .badCredentials), ("locked", .locked), ("not-enrolled", .notEnrolled),
    ("cancelled", .cancelled), ("another-person", .anotherPerson), ("not-allowed", .notAllowed),
    ("grade-too-low", .gradeTooLow), ("module-fault", .moduleFault),
  ]

  /// The wire has kebab case only.
  var wireWord: String {
    Denial.wireWords.first { $0.denial == self }?.word
      ?? rawValue.reduce(into: "") { $0 += $1.isASCII && $1.isUppercase ? "-\($1.lowercased())" : "\($1)" }
  }
}
