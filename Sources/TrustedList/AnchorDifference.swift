/// What taking a list would change, told apart by fingerprint; each group in the order of service and fingerprint.
public struct AnchorDifference: Sendable, Equatable {
  public let added: [TrustAnchor]
  public let removed: [TrustAnchor]
  public let unchanged: [TrustAnchor]

  public init(from old: [TrustAnchor], to new: [TrustAnchor]) {
    let before = Set(old.map(\.fingerprint))
    let after = Set(new.map(\.fingerprint))
    added = Self.sorted(new.filter { !before.contains($0.fingerprint) })
    removed = Self.sorted(old.filter { !after.contains($0.fingerprint) })
    unchanged = Self.sorted(new.filter { before.contains($0.fingerprint) })
  }

  public var isEmpty: Bool { added.isEmpty && removed.isEmpty }

  private static func sorted(_ anchors: [TrustAnchor]) -> [TrustAnchor] {
    anchors.sorted { ($0.service, $0.fingerprint) < ($1.service, $1.fingerprint) }
  }
}

extension AnchorDifference: CustomStringConvertible {
  /// A line for each anchor that comes (`+`) or goes (`-`), and one that counts.
  public var description: String {
    let come = added.map { "+ \($0.fingerprint)  \($0.service)" }
    let go = removed.map { "- \($0.fingerprint)  \($0.service)" }
    let count = "\(added.count) added, \(removed.count) removed, \(unchanged.count) unchanged"
    return (come + go + [count]).joined(separator: "\n")
  }
}
