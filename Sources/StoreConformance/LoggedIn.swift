import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Sealing

/// A citizen with a PIN, a client and a session, for the cases that need somebody who is logged in.
struct LoggedIn: Sendable {
  let citizen: Citizen
  let pin: StoredPIN
  let session: String
  let handle: [UInt8]
  let code: NewCode

  static let client = "portal"
  private static let instance: InstanceID = {
    guard let instance = InstanceID("pin-ordinario") else { preconditionFailure("a slug by its form") }
    return instance
  }()

  /// Makes them all, each in the way of its own store.
  static func make(_ ledger: Ledger, _ bench: Bench) async throws -> LoggedIn {
    try await addClient(ledger, bench)
    let citizen = try await CitizenCases.add(ledger, bench)
    let pin = pin(of: citizen, bench)
    try await PINStore(ledger).issue(pin, audit: bench.entry(.pinIssued))
    let code = code(bench)
    let handle = bench.hash()
    let opening = opening(citizen, pin.id, handle: handle, code: code, bench)
    try await SessionStore(ledger).open(opening, at: bench.clock.now, audit: bench.entry(.login))
    return LoggedIn(citizen: citizen, pin: pin, session: opening.newID, handle: handle, code: code)
  }

  static func addClient(_ ledger: Ledger, _ bench: Bench) async throws {
    try await ClientStore(ledger).add(
      StoredClient(id: client, document: "{}", secret: nil), at: bench.clock.now, audit: bench.entry(.clientAdded))
  }

  static func pin(of citizen: Citizen, id: String = "pin-1", _ bench: Bench) -> StoredPIN {
    StoredPIN(
      id: CredentialID(id), citizen: citizen.id, grade: .dispositivo, form: .issued,
      sealed: SealedValue(keyID: "pepper-1", bytes: [1, 2, 3]), createdAt: bench.clock.now)
  }

  static func code(_ bench: Bench) -> NewCode {
    NewCode(
      hash: bench.hash(),
      grant: CodeGrant(
        clientID: client, scope: "consultazione:x", resource: "", challenge: "c", createdAt: bench.clock.now,
        expiresAt: bench.clock.now + .seconds(60)))
  }

  static func opening(
    _ citizen: Citizen, _ credential: CredentialID?, id: String = "session-1", stepUpOf session: String? = nil,
    handle: [UInt8], code: NewCode, _ bench: Bench
  ) -> SessionOpening {
    SessionOpening(
      stepUpOf: session, newID: id, citizen: citizen.id, clientID: client,
      authentications: [authentication(credential, bench)], handle: handle, code: code)
  }

  private static func authentication(_ credential: CredentialID?, _ bench: Bench) -> Authentication {
    Authentication(
      instance: instance, credential: credential, level: .low, acr: "urn:x", amr: ["pin"],
      at: bench.clock.now)
  }
}
