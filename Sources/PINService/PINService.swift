import AccessModel
public import AuthenticatorKit
public import BrokerCore
public import BrokerStore
public import Sealing

/// Checks, issues, changes and ends PINs.
///
/// Owns hashing, lockout and the life of a PIN; sends nothing, shows nothing, and opens no session.
public struct PINService: CredentialVault {
  let pins: PINStore
  let attempts: AttemptStore
  let seal: PINSeal
  let policy: PINPolicy
  let parameters: Argon2Parameters
  let pool: HashPool
  let world: World
  /// What stands in for the PIN of somebody who has none, so that the same work is done (rule R9).
  let decoy: StoredPIN

  /// - Parameters:
  ///   - peppers: 32-byte keys from a file or the environment, the current one first.
  ///   - parameters: the cost of new hashes; PINs with a lesser one are hashed anew at their next login.
  ///   - pool: shared by everything in the process that hashes.
  /// - Throws: ``PINError`` if the peppers cannot seal.
  public init(
    ledger: Ledger, peppers: KeyRing, policy: PINPolicy = PINPolicy(), parameters: Argon2Parameters = .minimum,
    pool: HashPool, world: World
  ) throws(PINError) {
    pins = PINStore(ledger)
    attempts = AttemptStore(ledger)
    seal = PINSeal(peppers)
    self.policy = policy
    self.parameters = parameters
    self.pool = pool
    self.world = world
    decoy = try PINService.decoy(seal, parameters, world)
  }

  /// Refuses to begin with a pepper file that does not fit the store.
  /// - Throws: ``PINError/unknownPepper(_:)`` for an id that active PINs need and the file does not have.
  public func refuseUnknownPeppers() async throws(PINError) {
    let needed: Set<String>
    do { needed = try await pins.pepperIDs() } catch { throw PINError(error) }
    if let missing = needed.subtracting(seal.keyIDs).min() { throw .unknownPepper(missing) }
  }

  /// A hash of nothing that anybody knows, sealed like any other.
  private static func decoy(
    _ seal: PINSeal, _ parameters: Argon2Parameters, _ world: World
  ) throws(PINError) -> StoredPIN {
    let (id, citizen) = (CredentialID("decoy"), CitizenID("decoy"))
    let hash = PINHash(
      parameters: parameters, salt: world.random(PINHash.saltBytes), tag: Secret(world.random(PINHash.tagBytes)))
    func stored(_ sealed: SealedValue) -> StoredPIN {
      StoredPIN(
        id: id, citizen: citizen, grade: .ordinario, form: .changed, sealed: sealed, createdAt: Instant(seconds: 0))
    }
    do {
      return stored(try seal.seal(hash, context: stored(SealedValue(keyID: "", bytes: [])).context))
    } catch {
      throw PINError(error, of: id)
    }
  }

  /// A fresh name, 130 bits, of letters and digits.
  func newID() -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    return String(decoding: world.random(26).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
  }

  /// Hashes with today's cost and a new salt.
  func makeHash(of secret: Secret, at place: HashPlace) async throws(AuthenticatorFault) -> PINHash {
    let salt = world.random(PINHash.saltBytes)
    let tag = try await pool.hash(secret, salt: salt, parameters: parameters, at: place)
    return PINHash(parameters: parameters, salt: salt, tag: tag)
  }
}
