import AuthenticatorKit
import ModuleWire

/// What an examination found, for the module's author to publish: no answer, no state, no name of a person.
public struct ExaminationReport: Sendable, Encodable {
  public enum Verdict: String, Sendable, Encodable {
    case kept, broken
    /// It does not concern this module, or nothing was seen of it; the reason says which.
    case unchecked
  }

  public struct Rule: Sendable, Encodable {
    public let name: String
    public let verdict: Verdict
    public let findings: [String]
    /// Why it was not checked; nil where it was.
    public let reason: String?
  }

  public struct Module: Sendable, Encodable {
    public let name: String
    public let version: String?
    public let role: String
    public let assurance: String
    public let ceiling: String
  }

  public struct Socket: Sendable, Encodable {
    public let path: String
    /// The user's number.
    public let owner: UInt32
    /// In octal, such as 0660.
    public let mode: String
  }

  /// The protocol that the module was held against.
  public let `protocol`: Int
  public let socket: Socket
  /// nil where hello could not be read.
  public let module: Module?
  /// Those of the wire, then those of the conformance suite.
  public let rules: [Rule]

  /// Whether no rule was found broken.
  public var isClean: Bool { rules.allSatisfy { $0.verdict != .broken } }

  init(_ file: SocketStatus, _ hello: WireHello?, _ notes: ExaminationNotes) {
    self.protocol = WireProtocol.version
    socket = Socket(path: file.path, owner: file.owner, mode: file.modeText)
    module = hello.map { hello in
      Module(
        name: hello.name, version: hello.version, role: hello.role, assurance: hello.assurance,
        ceiling: hello.ceiling ?? "consultation")
    }
    let names = WireRule.allCases.map(\.rawValue) + AuthenticatorConformance.Rule.allCases.map(\.rawValue)
    rules = names.map { name in
      let findings = notes.findings(name)
      guard let findings else {
        let reason = notes.reason(name) ?? "hello could not be read"
        return Rule(name: name, verdict: .unchecked, findings: [], reason: reason)
      }
      return Rule(name: name, verdict: findings.isEmpty ? .kept : .broken, findings: findings, reason: nil)
    }
  }
}
