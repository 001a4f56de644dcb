public import AccessModel

/// A module's own memory: sealed by the host, under the instance's own prefix, so that no module sees another's.
public protocol ModuleStorage: Sendable {
  /// The item under a key, or nil if there is none or its time is over.
  func get(_ key: String) async throws(AuthenticatorFault) -> StoredItem?

  /// Writes if nobody wrote since: of two concurrent writers with the same version, one wins.
  /// - Parameters:
  ///   - key: at most 200 bytes; use a pseudonym, not a fiscal code (``ModuleStorage`` keys are not sealed).
  ///   - value: at most 4,096 bytes.
  ///   - version: the version that was read; nil if the key must not exist yet.
  ///   - expiresAt: when the item vanishes; nil for never.
  /// - Returns: whether it was written.
  func put(
    _ key: String, _ value: [UInt8], ifVersion version: Int64?, expiresAt: Instant?
  ) async throws(AuthenticatorFault) -> Bool

  /// Deletes the item if its version is still this one.
  /// - Returns: whether it was there and is gone now: single use is "delete and look at the answer".
  func delete(_ key: String, ifVersion version: Int64) async throws(AuthenticatorFault) -> Bool

  /// A stable keyed pseudonym of a citizen, to be used in keys.
  func pseudonym(of subject: FiscalCode) -> String
}

public struct StoredItem: Sendable, Equatable {
  public let value: [UInt8]
  /// Grows with each write of the key.
  public let version: Int64

  public init(value: [UInt8], version: Int64) {
    self.value = value
    self.version = version
  }
}

/// All that a module gets of the world.
public struct AuthenticatorContext: Sendable {
  public let instance: InstanceID
  /// Shown where a person recognises the site, as in an authenticator app.
  public let issuer: String
  public let credentials: any CredentialVault
  public let storage: any ModuleStorage
  public let world: World
  /// The highest right that the configuration lets the instance give.
  public let ceiling: AccessRight
  /// The assurance that the configuration lets the instance be worth.
  public let level: AssuranceLevel

  public init(
    instance: InstanceID, issuer: String, credentials: any CredentialVault, storage: any ModuleStorage, world: World,
    ceiling: AccessRight = .dispositive, level: AssuranceLevel = .high
  ) {
    self.ceiling = ceiling
    self.level = level
    self.instance = instance
    self.issuer = issuer
    self.credentials = credentials
    self.storage = storage
    self.world = world
  }
}
