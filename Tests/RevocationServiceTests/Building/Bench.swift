import CertificateKit
import Foundation
import Logging
import Synchronization

@testable import RevocationService

/// A clock that stands still until a test moves it, and dice that always fall the same.
private final class Time: Sendable {
  let now = Mutex(TestAuthority.now)
  private let count = Mutex<UInt8>(0)

  /// Chance is a half; nonces differ.
  func random(_ count: Int) -> [UInt8] {
    guard count > 4 else { return [0x80] + [UInt8](repeating: 0, count: count - 1) }
    let next = self.count.withLock { number in
      number &+= 1
      return number
    }
    return [UInt8](repeating: next, count: count)
  }
}

/// Time, chance, figures to look at, and a directory that goes with the bench.
final class Bench: Sendable {
  private let time = Time()
  let metrics = TestMetrics()
  /// Of its own, and not made yet.
  let directory = FileManager.default.temporaryDirectory.appendingPathComponent("varco-\(UUID().uuidString)").path

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  var now: Int64 {
    get { time.now.withLock { $0 } }
    set { time.now.withLock { $0 = newValue } }
  }

  /// Does not hold the bench: background threads let go of it when they please.
  var world: RevocationWorld {
    RevocationWorld(
      now: { [time] in time.now.withLock { $0 } }, random: { [time] in time.random($0) }, metrics: metrics)
  }

  let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// A keeper of the list at one address, with copies on disk.
  func keeper(
    of url: String? = nil, files: [String] = [], trusting authorities: [TestAuthority],
    settings change: (inout RevocationListSettings) -> Void = { _ in }
  ) -> RevocationListKeeper {
    var settings = RevocationListSettings(
      files: files, addresses: url.flatMap { FetchAddress($0) }.map { [$0] } ?? [], stateDirectory: directory)
    change(&settings)
    let certificates = authorities.map(\.certificate)
    return RevocationListKeeper(settings: settings, authorities: { certificates }, world: world, logger: logger)
  }

  /// Names and contents of the files in the directory.
  var files: [String: [UInt8]] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return Dictionary(uniqueKeysWithValues: names.map { ($0, read($0)) })
  }

  private func read(_ name: String) -> [UInt8] {
    FileManager.default.contents(atPath: "\(directory)/\(name)").map { Array($0) } ?? []
  }

  func write(_ bytes: [UInt8], to name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let path = "\(directory)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
}

extension RevocationListKeeper {
  /// The numbers of all lists in use.
  var numbers: [[UInt8]] { lists.lists.compactMap(\.number).sorted { $0.lexicographicallyPrecedes($1) } }
  /// What became of the last attempt at the first source.
  var outcome: ListOutcome? { status().first?.lastOutcome }
}
