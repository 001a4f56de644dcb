import AccessModel
import AuthenticatorKit
import Crypto
import Foundation

/// A served module's storage: one file for each key, in a folder that nobody else may read, written whole or not at all.
///
/// For one process: versions are compared under an actor. Values are not sealed; who can read the folder can read them.
actor FolderStorage: ModuleStorage {
  private struct Item: Codable {
    let value: Data
    let version: Int64
    let expiresAt: Instant?
  }

  private let folder: URL
  private let world: World
  private let key: SymmetricKey
  /// The newest version of any key, and up to where versions are spoken for in a file.
  private var newest: Int64
  private var reserved: Int64

  init(_ path: String, world: World) throws {
    folder = URL(fileURLWithPath: path, isDirectory: true)
    self.world = world
    try PrivateFiles.makeFolder(folder)
    let secret = folder.appendingPathComponent("pseudonym.key")
    if !FileManager.default.fileExists(atPath: secret.path) {
      try PrivateFiles.write(Data(world.random(32)), to: secret, replacing: false)
    }
    let bytes = try Data(contentsOf: secret)
    guard bytes.count == 32 else { throw ServeError(description: "\(secret.path) is no key of 32 bytes") }
    key = SymmetricKey(data: bytes)
    reserved = try FolderStorage.reserved(folder)
    newest = reserved
  }

  func get(_ key: String) async throws(AuthenticatorFault) -> StoredItem? {
    try item(key).map { StoredItem(value: Array($0.value), version: $0.version) }
  }

  func put(
    _ key: String, _ value: [UInt8], ifVersion version: Int64?, expiresAt: Instant?
  ) async throws(AuthenticatorFault) -> Bool {
    guard key.utf8.count <= 200, value.count <= 4096 else { throw .unavailable("a key or a value is too long") }
    guard try item(key)?.version == version else { return false }
    do {
      let item = Item(value: Data(value), version: try nextVersion(), expiresAt: expiresAt)
      try PrivateFiles.write(JSONEncoder().encode(item), to: file(key))
    } catch {
      throw .unavailable("the module's storage cannot be written")
    }
    return true
  }

  func delete(_ key: String, ifVersion version: Int64) async throws(AuthenticatorFault) -> Bool {
    guard try item(key)?.version == version else { return false }
    do { try FileManager.default.removeItem(at: file(key)) } catch {
      throw .unavailable("the module's storage cannot be written")
    }
    return true
  }

  nonisolated func pseudonym(of subject: FiscalCode) -> String {
    FolderStorage.hex(HMAC<SHA256>.authenticationCode(for: Data(subject.rawValue.utf8), using: key))
  }

  /// Never one that any key has had, or a key that was deleted and written again could pass for what it was: not within a
  /// millisecond, not by a clock that was set back, and not after a restart.
  private func nextVersion() throws -> Int64 {
    let next = max(world.now().milliseconds, newest + 1)
    if next > reserved {
      // A minute's worth at once: a file for every write would be written twice as often.
      let limit = next + 60_000
      try PrivateFiles.write(Data(String(limit).utf8), to: folder.appendingPathComponent(FolderStorage.versions))
      reserved = limit
    }
    newest = next
    return next
  }

  private static let versions = "versions"

  private static func reserved(_ folder: URL) throws -> Int64 {
    let file = folder.appendingPathComponent(versions)
    guard FileManager.default.fileExists(atPath: file.path) else { return 0 }
    guard let number = Int64(String(decoding: try Data(contentsOf: file), as: UTF8.self)) else {
      throw ServeError(description: "\(file.path) holds no number")
    }
    return number
  }

  private func item(_ key: String) throws(AuthenticatorFault) -> Item? {
    guard FileManager.default.fileExists(atPath: file(key).path) else { return nil }
    guard let data = try? Data(contentsOf: file(key)), let item = try? JSONDecoder().decode(Item.self, from: data)
    else {
      throw .unavailable("an item of the module's storage cannot be read")
    }
    return item.expiresAt.map { world.now() < $0 } ?? true ? item : nil
  }

  private func file(_ key: String) -> URL {
    folder.appendingPathComponent(FolderStorage.hex(SHA256.hash(data: Data(key.utf8))))
  }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
