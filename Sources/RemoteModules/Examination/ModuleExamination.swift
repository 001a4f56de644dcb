public import AccessModel
public import AuthenticatorKit
import Foundation
import ModuleWire

/// Finds out whether a module behind a socket keeps the contract of docs/remote-modules.md: what it says on the wire, and
/// the conformance suite through the same client as the gateway's.
public struct ModuleExamination: Sendable {
  /// How to log in, and what the gateway's configuration would say.
  public struct Plan: Sendable {
    public let script: AuthenticatorConformance.Script?
    /// Under which name the module knows the citizen of the script; nil where it learns the fiscal code.
    public let pseudonym: (citizen: FiscalCode, name: String)?
    public let learnsFiscalCode: Bool
    public let redirectsTo: [String]

    public init(
      script: AuthenticatorConformance.Script? = nil, pseudonym: (citizen: FiscalCode, name: String)? = nil,
      learnsFiscalCode: Bool = false, redirectsTo: [String] = []
    ) {
      self.script = script
      self.pseudonym = pseudonym
      self.learnsFiscalCode = learnsFiscalCode
      self.redirectsTo = redirectsTo
    }
  }

  private let socket: String
  private let plan: Plan

  public init(socket: String, plan: Plan = Plan()) {
    self.socket = socket
    self.plan = plan
  }

  /// - Returns: nil if nobody listens at the socket; otherwise a report, however bad.
  public func run() async -> ExaminationReport? {
    guard let file = SocketStatus(of: socket) else { return nil }
    let notes = ExaminationNotes()
    notes.check(
      .socketIsPrivate, file.isPrivate ? [] : ["everybody on the machine may connect (mode \(file.modeText))"])
    let stranger = RemoteSettings(examining: socket, owner: file.owner, role: .primary, plan)
    let connection = ModuleConnection(stranger)
    let hello: WireHello
    do throws(RemoteFault) { hello = try await read(connection) } catch {
      guard error.kind != .connection else { return nil }
      notes.check(.helloIsOfThisProtocol, [error.reason])
      return ExaminationReport(file, nil, notes)
    }
    notes.check(.helloIsOfThisProtocol, [])
    await WireQuestions(connection: connection, notes: notes).ask()
    await converse(hello, file, notes)
    return ExaminationReport(file, hello, notes)
  }

  private func read(_ connection: ModuleConnection) async throws(RemoteFault) -> WireHello {
    guard case .message(let bytes) = try await connection.call(WireProtocol.hello, nil, isRepeatable: true) else {
      throw RemoteFault(.status, "status 503 to hello")
    }
    return try HelloCheck.read(bytes)
  }

  private func converse(_ hello: WireHello, _ file: SocketStatus, _ notes: ExaminationNotes) async {
    guard let module = try? hello.descriptor(), let id = InstanceID("examination") else { return }
    let settings = RemoteSettings(examining: socket, owner: file.owner, role: module.role, plan)
    let context = AuthenticatorContext(
      instance: id, issuer: "https://gateway.example", credentials: UnavailableVault("no vault"),
      storage: ExaminationStorage(known: plan.pseudonym), world: .system, ceiling: module.ceiling,
      level: module.assurance)
    let line = ModuleLine(settings, context, heard: notes.hear)
    let suite = AuthenticatorConformance(RemoteAuthenticator(line: line), script: plan.script)
    notes.note(await suite.examine())
  }
}

/// Whom a module under examination knows: the script's citizen by the name it expects, and everybody else by one of no
/// meaning.
private struct ExaminationStorage: ModuleStorage {
  let known: (citizen: FiscalCode, name: String)?
  private let nothing = UnavailableStorage("a module in another process keeps its own memory")

  init(known: (citizen: FiscalCode, name: String)?) { self.known = known }

  func get(_ key: String) async throws(AuthenticatorFault) -> StoredItem? { try await nothing.get(key) }
  func put(
    _ key: String, _ value: [UInt8], ifVersion version: Int64?, expiresAt: Instant?
  ) async throws(AuthenticatorFault) -> Bool {
    try await nothing.put(key, value, ifVersion: version, expiresAt: expiresAt)
  }
  func delete(_ key: String, ifVersion version: Int64) async throws(AuthenticatorFault) -> Bool {
    try await nothing.delete(key, ifVersion: version)
  }

  func pseudonym(of subject: FiscalCode) -> String {
    if let known, known.citizen == subject { return known.name }
    return "nobody-\(subject.rawValue.utf8.reduce(5381) { ($0 &* 33) &+ Int($1) })"
  }
}
