import Foundation

/// The site of an address, as browsers see it when they decide whether a cookie goes along.
///
/// A guess, for a warning: without the public suffix list the last two labels are taken for the site, so that two hosts
/// below `gov.it` pass for one.
struct CNSSite {
  private let host: String

  /// - Returns: nil if it is no address with a host.
  init?(_ address: String) {
    guard let host = URLComponents(string: address)?.host, !host.isEmpty else { return nil }
    self.host = host.lowercased()
  }

  /// - Returns: nil if there is nothing to compare with.
  func isLikelySame(as other: CNSSite?) -> Bool? {
    guard let other else { return nil }
    if host == other.host { return true }
    guard let site, let theirs = other.site else { return false }
    return site == theirs
  }

  /// nil for an IP address and for a name of one label: they are sites by themselves.
  private var site: [Substring]? {
    let labels = host.split(separator: ".")
    guard labels.count > 1, !host.contains(":"), labels.last?.allSatisfy(\.isNumber) == false else { return nil }
    return labels.suffix(2)
  }
}
