import CertificateKit
import Foundation
import Logging
import Synchronization

@testable import RevocationService

/// A clock that stands still until a test moves it, dice that always fall the same, and figures to look at.
final class Bench: Sendable {
  private let time = Mutex(TestAuthority.now)
  private let count = Mutex<UInt8>(0)
  let metrics = TestMetrics()
  /// A directory of its own, which is not made yet.
  let directory = FileManager.default.temporaryDirectory.appendingPathComponent("varco-\(UUID().uuidString)").path

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  var now: Int64 {
    get { time.withLock { $0 } }
    set { time.withLock { $0 = newValue } }
  }

  /// Chance is a half; nonces differ.
  var world: RevocationWorld {
    RevocationWorld(now: { [self] in now }, random: { [self] in random($0) }, metrics: metrics)
  }

  private func random(_ count: Int) -> [UInt8] {
    guard count > 4 else { return [0x80] + [UInt8](repeating: 0, count: count - 1) }
    let next = self.count.withLock { number in
      number &+= 1
      return number
    }
    return [UInt8](repeating: next, count: count)
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
