import ArgumentParser
import AuthenticatorKit
import BrokerStore
import Foundation
import Sealing
import TokenService

struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Keys: make, list and rotate them.",
    subcommands: [New.self, List.self, Rotate.self])

  struct New: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a key file for keys.key_encryption_file or keys.pepper_file.",
      discussion:
        "The file is for its owner only. Keep a copy elsewhere: without it nothing that it sealed opens again.")
    @Argument(help: "The file to make; it must not exist.") var file: String

    func run() async throws {
      let world = World.system
      let ring: KeyRing
      do { ring = try KeyRing([(KeyChest.newID(world), Secret(world.random(32)))]) } catch {
        throw StartError.opening("\(error)")
      }
      guard !FileManager.default.fileExists(atPath: file) else {
        throw StartError.refused("\(file) exists already; nothing was changed")
      }
      try KeyFileWriter.write(ring, to: file)
      Console.print("\(file): key \(ring.currentID)")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the keys by purpose, without the keys.")
    @OptionGroup var options: InstallationOptions
    @OptionGroup var list: ListOptions

    private struct View: Encodable {
      let purpose: String
      let id: String
      let algorithm: String
      let state: String
      let created: String
      let retires: String?
      let sealedUnder: String
    }

    func run() async throws {
      let installation = try await options.open()
      var views: [View] = []
      for purpose in [SigningKeys.purpose] + KeyPurpose.allCases.map(\.rawValue) {
        let keys = try await answering { try await KeyStore(installation.ledger).keys(for: purpose) }
        views += keys.map { key in
          View(
            purpose: purpose, id: key.id, algorithm: key.algorithm, state: key.state.rawValue,
            created: key.createdAt.text, retires: key.retiresAt?.text, sealedUnder: key.sealed.keyID)
        }
      }
      await installation.close()
      if list.json { return try Console.json(views) }
      for view in views {
        Console.print("\(view.purpose)  \(view.id)  \(view.algorithm)  \(view.state)  \(view.created)")
      }
    }
  }
}

/// Writes key files: for the owner only, whole or not at all.
enum KeyFileWriter {
  static func write(_ ring: KeyRing, to path: String) throws(StartError) {
    let temporary = "\(path).new"
    let isMade = FileManager.default.createFile(
      atPath: temporary, contents: Data(ring.text.bytes), attributes: [.posixPermissions: 0o600])
    guard isMade, let file = FileHandle(forUpdatingAtPath: temporary) else {
      throw .file(path: path, "cannot be written")
    }
    do {
      try file.synchronize()
      try file.close()
    } catch { throw .file(path: path, "cannot be written") }
    guard unsafe rename(temporary, path) == 0, synchronizeFolder(of: path) else {
      throw .file(path: path, "cannot be put in place")
    }
  }

  /// The new name, too, is on the disk before anything is sealed under the new key.
  private static func synchronizeFolder(of path: String) -> Bool {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return fsync(descriptor) == 0
  }
}

/// One rotation of a key file at a time: of two at once each would write a ring without the other's key.
///
/// The lock ends with the process; the empty file stays, because removing it would let two hold it.
struct KeyFileLock {
  private let descriptor: Int32

  init(_ path: String) throws(StartError) {
    descriptor = unsafe open("\(path).lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .file(path: "\(path).lock", "cannot be made") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .refused("\(path): another rotation is under way; nothing was changed")
    }
  }

  func release() { close(descriptor) }
}
