public import AccessModel
public import AuthenticatorKit
import Synchronization

/// A module's storage in memory: the same versions, limits and expiry as the host's, by a clock that the test moves.
public final class MemoryModuleStorage: ModuleStorage {
  /// The most that a key and a value may hold, as ``ModuleStorage`` says.
  public static let maximumKeyBytes = 200
  public static let maximumValueBytes = 4096

  fileprivate struct Row {
    var item: StoredItem
    var expiresAt: Instant?
  }

  fileprivate struct Content {
    var rows: [String: Row] = [:]
    /// Never falls, so that a key that was deleted and written again does not repeat a version.
    var lastVersion: Int64 = 0
    var pseudonyms: [FiscalCode: String] = [:]
    var fault: AuthenticatorFault?
    var rival: (@Sendable () async -> Void)?
  }

  private let clock: ManualClock
  private let content = Mutex(Content())

  public init(clock: ManualClock) { self.clock = clock }

  /// The keys of all live items, sorted: to see what a module keeps, and that no key is a fiscal code.
  public var keys: [String] {
    let now = clock.now
    return content.withLock { $0.rows.filter { $0.value.isLive(at: now) }.keys.sorted() }
  }

  /// Throws this fault at every call from now on; nil ends the outage.
  public func fail(with fault: AuthenticatorFault?) { content.withLock { $0.fault = fault } }

  /// Runs a rival once, between what the module reads and its next write: the race that a test cannot wait for.
  public func beforeNextPut(_ rival: @escaping @Sendable () async -> Void) { content.withLock { $0.rival = rival } }

  public func get(_ key: String) async throws(AuthenticatorFault) -> StoredItem? {
    try access { content, now in content.live(key, at: now)?.item }
  }

  public func put(
    _ key: String, _ value: [UInt8], ifVersion version: Int64?, expiresAt: Instant?
  ) async throws(AuthenticatorFault) -> Bool {
    guard key.utf8.count <= MemoryModuleStorage.maximumKeyBytes else { throw .unavailable("module key too long") }
    guard value.count <= MemoryModuleStorage.maximumValueBytes else { throw .unavailable("module value too long") }
    let rival = content.withLock { content in
      defer { content.rival = nil }
      return content.rival
    }
    await rival?()
    return try access { content, now in
      guard content.live(key, at: now)?.item.version == version else { return false }
      content.lastVersion += 1
      content.rows[key] = Row(item: StoredItem(value: value, version: content.lastVersion), expiresAt: expiresAt)
      return true
    }
  }

  public func delete(_ key: String, ifVersion version: Int64) async throws(AuthenticatorFault) -> Bool {
    try access { content, now in
      guard content.live(key, at: now)?.item.version == version else { return false }
      content.rows[key] = nil
      return true
    }
  }

  /// A name without meaning, the same for the same citizen as long as this storage lives.
  public func pseudonym(of subject: FiscalCode) -> String {
    content.withLock { content in
      let name = content.pseudonyms[subject] ?? "pseudonym-\(content.pseudonyms.count + 1)"
      content.pseudonyms[subject] = name
      return name
    }
  }

  private func access<Answer: Sendable>(
    _ body: (inout Content, Instant) -> Answer
  ) throws(AuthenticatorFault) -> Answer {
    let now = clock.now
    let answer: Result<Answer, AuthenticatorFault> = content.withLock { content in
      if let fault = content.fault { return .failure(fault) }
      return .success(body(&content, now))
    }
    return try answer.get()
  }
}

extension MemoryModuleStorage.Row {
  fileprivate func isLive(at now: Instant) -> Bool { expiresAt.map { now < $0 } ?? true }
}

extension MemoryModuleStorage.Content {
  fileprivate func live(_ key: String, at now: Instant) -> MemoryModuleStorage.Row? {
    rows[key].flatMap { $0.isLive(at: now) ? $0 : nil }
  }
}
