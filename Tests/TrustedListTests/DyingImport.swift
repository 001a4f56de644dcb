import Foundation
import XMLSecKit

@testable import TrustedList

/// An import that kills its own process after a step.
struct DyingImport: Codable, Sendable {
  let folder: String
  let step: String
  let list: String
  let pem: String

  func run() throws {
    let store = TrustedListStore(folder: folder) { [step] in
      if $0.rawValue == step { kill(getpid(), SIGKILL) }
    }
    let importer = TrustedListImport(signers: try SignerKey.pinned(inPEM: pem), store: store)
    let now = ListTime.parse("2026-11-24T06:27:00Z") ?? .distantPast
    guard let update = try importer.examine(file: list, at: now).update else { return }
    try importer.apply(update)
  }
}
