import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Foundation
import Logging
import Sealing
import ServiceLifecycle
import TokenService

/// Learns twice a second what other processes have changed: revocations, keys, the catalogue.
struct ChangeWatcher: Service {
  let installation: Installation
  let rules: BrokerRules
  let keys: SigningKeys
  let logger: Logger

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      var seen = installation.ledger.epoch.current
      while true {
        try await Task.sleep(for: .milliseconds(500))
        await refresh(&seen)
      }
    }
  }

  private func refresh(_ seen: inout Int64) async {
    do {
      try await installation.ledger.refreshEpoch()
      guard installation.ledger.epoch.current != seen else { return }
      try await reload()
      // What was decided meanwhile, by the rules before, must not be kept under the new epoch.
      installation.ledger.epoch.flush()
      seen = installation.ledger.epoch.current
    } catch {
      logger.warning("cannot see changes by other processes", metadata: ["reason": "\(error)"])
    }
  }

  private func reload() async throws {
    installation.reloadKeyFiles()
    rules.use(try await installation.catalogue())
    try await keys.reload()
    try await installation.ledger.reloadAuditKeys(installation.chest)
    try await installation.reloadClientSecrets()
  }
}

/// Writes the heads of the audit chains outside the database every minute (safety sentence 5).
struct CheckpointWriter: Service {
  let installation: Installation
  let logger: Logger

  func run() async throws {
    guard let path = installation.configuration.checkpoint else { return try await gracefulShutdown() }
    await write(path)
    try? await cancelWhenGracefulShutdown {
      while true {
        try await Task.sleep(for: .seconds(60))
        await write(path)
      }
    }
    await write(path)
  }

  /// In a task of its own: the last checkpoint is written while everything else is being cancelled.
  private func write(_ path: String) async { await Task { await append(path) }.value }

  private func append(_ path: String) async {
    do {
      let checkpoints = try await AuditStore(installation.ledger).checkpoints(at: installation.world.now())
      try AppendingFile.append(checkpoints.map { $0.line + "\n" }.joined(), to: path)
    } catch {
      logger.error("the audit checkpoint cannot be written", metadata: ["path": "\(path)", "reason": "\(error)"])
    }
  }
}

/// What modules do beside logins, as long as the gateway runs.
struct ModuleWork: Service {
  let works: [any BackgroundWork]

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      await withTaskGroup { group in
        for work in works { group.addTask { await work.run() } }
      }
      // Nothing to do is no reason to end the gateway.
      try await gracefulShutdown()
    }
  }
}

/// Takes out what has expired, a little every minute.
struct Sweeper: Service {
  let installation: Installation
  let logger: Logger

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      while true {
        try await Task.sleep(for: .seconds(60))
        do {
          while try await Housekeeping(installation.ledger).sweep(at: installation.world.now()) > 0 {
            // Logins in between: no writer waits for more than one batch.
            try await Task.sleep(for: .milliseconds(50))
          }
          try await KeyStore(installation.ledger).removeRetired(at: installation.world.now())
        } catch {
          logger.warning("expired rows could not be removed", metadata: ["reason": "\(error)"])
        }
      }
    }
  }
}

/// Appends to a file, so that a crash can cut the last line and nothing before it.
///
/// A line that was cut is taken out by the next append: a checkpoint that was never completed is none.
enum AppendingFile {
  static func append(_ text: String, to path: String) throws {
    if !FileManager.default.fileExists(atPath: path) {
      guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
        throw StartError.file(path: path, "cannot be created")
      }
    }
    guard let file = FileHandle(forUpdatingAtPath: path) else { throw StartError.file(path: path, "cannot be written") }
    defer { try? file.close() }
    let whole = try endOfLastLine(of: file, path: path)
    if try file.seekToEnd() > whole { try file.truncate(atOffset: whole) }
    try file.seek(toOffset: whole)
    try file.write(contentsOf: Data(text.utf8))
    try file.synchronize()
  }

  /// Longer than any line of ours.
  private static let longestLine: UInt64 = 4096

  /// - Throws: ``StartError/file(path:_:)`` if the end is not what a crash leaves of a line of ours.
  private static func endOfLastLine(of file: FileHandle, path: String) throws -> UInt64 {
    let end = try file.seekToEnd()
    let start = end > longestLine ? end - longestLine : 0
    try file.seek(toOffset: start)
    let tail = try file.readToEnd() ?? Data()
    let torn = Data(tail.reversed().prefix { $0 != UInt8(ascii: "\n") }.reversed())
    let whole = end - UInt64(torn.count)
    guard torn.isEmpty || (whole > start || start == 0) && torn.first == UInt8(ascii: "{") else {
      throw StartError.file(path: path, "ends with something that is no checkpoint; nothing was changed")
    }
    return whole
  }
}
