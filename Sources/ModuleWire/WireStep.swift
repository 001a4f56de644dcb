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
  /// A step of a module in Swift. What the wire has no words for (a credential of the vault, contexts) stays behind.
  public init(call: String, _ step: AuthenticationStep) {
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
      self.init(call: call, step: .verified)
      self.identity = Identity(
        subject: WireSubject(identity.subject), right: identity.right?.rawValue, level: identity.level?.description)
    case .denied(let denial):
      self.init(call: call, step: .denied)
      self.denial = Denial(reason: denial.wireWord, explanation: denial.explanation)
    }
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
    ("grade-too-low", .gradeTooLow),
  ]

  var wireWord: String { Denial.wireWords.first { $0.denial == self }?.word ?? rawValue }
}
