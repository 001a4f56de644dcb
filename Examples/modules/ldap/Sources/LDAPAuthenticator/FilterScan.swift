/// Reads a filter (RFC 4515 section 3) apart, as far as it takes to know its comparisons.
struct FilterScan {
  /// What stands between two parentheses, such as `uid=anna`.
  struct Item {
    let text: Substring
    let isNegated: Bool
  }

  private var rest: Substring
  private var items: [Item] = []

  /// - Returns: nil for what is no filter.
  static func items(of filter: String) -> [Item]? {
    var scan = FilterScan(rest: filter[...])
    return scan.filter(isNegated: false) && scan.rest.isEmpty ? scan.items : nil
  }

  private init(rest: Substring) { self.rest = rest }

  private mutating func filter(isNegated: Bool) -> Bool {
    guard take("(") else { return false }
    let isRead =
      if take("&") || take("|") { list(isNegated: isNegated) } else if take("!") { filter(isNegated: true) } else {
        item(isNegated: isNegated)
      }
    return isRead && take(")")
  }

  private mutating func list(isNegated: Bool) -> Bool {
    repeat { guard filter(isNegated: isNegated) else { return false } } while rest.first == "("
    return true
  }

  private mutating func item(isNegated: Bool) -> Bool {
    let text = rest.prefix { $0 != "(" && $0 != ")" }
    rest = rest[text.endIndex...]
    items.append(Item(text: text, isNegated: isNegated))
    return text.first != "=" && text.contains("=") && FilterScan.hasWholeEscapes(text)
  }

  /// Whether each backslash has two hexadecimal digits behind it.
  private static func hasWholeEscapes(_ text: Substring) -> Bool {
    text.split(separator: "\\", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
      part.utf8.count >= 2 && part.utf8.prefix(2).allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
    }
  }

  private mutating func take(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }
}
