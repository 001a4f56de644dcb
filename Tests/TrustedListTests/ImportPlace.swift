import Foundation
import XMLSecKit

@testable import TrustedList

/// A folder of anchors that nobody else uses, and the day on which lists come.
final class ImportPlace: Sendable {
  let folder: String
  let now = ListTime.parse("2026-11-24T06:27:00Z") ?? .distantPast

  init() { folder = ListOperator.folder.appendingPathComponent(UUID().uuidString).path }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var store: TrustedListStore { TrustedListStore(folder: folder) }

  func importer(rules: TrustedListRules = TrustedListRules()) throws -> TrustedListImport {
    TrustedListImport(signers: try ListOperator.italian.get().signers, store: store, rules: rules)
  }

  func examine(_ list: TestList, at time: Date? = nil) throws -> TrustedListOutcome {
    try importer().examine(try list.signed(), at: time ?? now)
  }

  /// Takes a list that must be an update.
  @discardableResult
  func take(_ list: TestList) throws -> TrustedListUpdate {
    guard let update = try examine(list).update else { throw NotAnUpdate() }
    try importer().apply(update)
    return update
  }
}

struct NotAnUpdate: Error {}

extension TrustedListOutcome {
  var update: TrustedListUpdate? {
    if case .update(let update) = self { update } else { nil }
  }

  var refusal: TrustedListRefusal? {
    if case .refused(let refusal) = self { refusal } else { nil }
  }
}
