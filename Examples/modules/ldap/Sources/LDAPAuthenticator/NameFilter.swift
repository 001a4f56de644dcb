/// The filter that finds a person, with `{name}` where what was typed goes.
struct NameFilter: Sendable, Equatable {
  static let place = "{name}"

  private let template: String

  /// - Throws: ``FilterError`` unless it is a filter (RFC 4515) and each `{name}` stands behind an attribute and a `=`.
  init(_ template: String) throws(FilterError) {
    guard template.contains(NameFilter.place) else { throw .noName }
    self.template = template
    guard let items = FilterScan.items(of: template) else { throw .malformed }
    for item in items where item.text.contains(NameFilter.place) {
      guard !item.isNegated, NameFilter.isEquality(item.text) else { throw .notEqual }
    }
  }

  /// The filter for one name, which can mean nothing but itself.
  func filter(for name: String) -> String {
    template.split(separator: NameFilter.place, omittingEmptySubsequences: false)
      .joined(separator: NameFilter.escaped(name))
  }

  /// A value as RFC 4515 section 3 writes it; whatever is no letter and no digit as its bytes.
  static func escaped(_ value: String) -> String {
    String(decoding: value.utf8.flatMap(escaped), as: UTF8.self)
  }

  private static func escaped(_ byte: UInt8) -> [UInt8] {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return [byte]
    default:
      let digits = Array("0123456789abcdef".utf8)
      return [UInt8(ascii: "\\"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }

  /// A star, or a comparison that is not `=`, would find one person by many names, and each has attempts of its own.
  private static func isEquality(_ item: Substring) -> Bool {
    let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].contains("*") else { return false }
    return AttributeName(String(parts[0])) != nil
  }
}

/// Why a filter cannot be used.
enum FilterError: Error, Equatable, CustomStringConvertible {
  case noName
  case malformed
  case notEqual

  var description: String {
    switch self {
    case .noName: "must hold \(NameFilter.place), where what was typed goes"
    case .malformed: "is no filter, such as (uid=\(NameFilter.place))"
    case .notEqual: "must compare \(NameFilter.place) with an attribute by =, without * and without !"
    }
  }
}

/// The name of an attribute (RFC 4512 section 2.5), without options.
struct AttributeName: Sendable, Equatable {
  let text: String

  init?(_ text: String) {
    guard let first = text.utf8.first, AttributeName.isLetter(first), text.utf8.count <= 64 else { return nil }
    guard text.utf8.allSatisfy({ AttributeName.isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2D }) else {
      return nil
    }
    self.text = text
  }

  /// Attributes that servers write themselves, once, and that no two entries share.
  var isServersOwn: Bool {
    ["entryuuid", "nsuniqueid", "ipauniqueid", "guid"].contains(text.lowercased())
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
}
