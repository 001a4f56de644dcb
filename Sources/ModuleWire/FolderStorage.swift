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

  init(_ path: String, world: World) throws {
    folder = URL(fileURLWithPath: path, isDirectory: true)
    self.world = world
    let manager = FileManager.default
    try manager.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let secret = folder.appendingPathComponent("pseudonym.key")
    if !manager.fileExists(atPath: secret.path) { try FolderStorage.write(Data(world.random(32)), to: secret) }
    key = SymmetricKey(data: try Data(contentsOf: secret))
  }

  func get(_ key: String) async throws(AuthenticatorFault) -> StoredItem? {
    try item(key).map { StoredItem(value: Array($0.value), version: $0.version) }
  }

  func put(
    _ key: String, _ value: [UInt8], ifVersion version: Int64?, expiresAt: Instant?
  ) async throws(AuthenticatorFault) -> Bool {
    guard key.utf8.count <= 200, value.count <= 4096 else { throw .unavailable("a key or a value is too long") }
    guard try item(key)?.version == version else { return false }
    // Time, and never less than one more: a key that was deleted and written again must not repeat a version.
    let next = max(world.now().milliseconds, (version ?? 0) + 1)
    let item = Item(value: Data(value), version: next, expiresAt: expiresAt)
    do { try FolderStorage.write(JSONEncoder().encode(item), to: file(key)) } catch {
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

  private static func write(_ data: Data, to file: URL) throws {
    try data.write(to: file, options: .atomic)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
  }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
