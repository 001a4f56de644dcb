public import AccessModel

extension Settings {
  /// Takes a text.
  /// - Parameter fallback: used where the key is absent; nil makes the key required.
  public mutating func string(_ key: String, default fallback: String? = nil) throws(ConfigurationError) -> String {
    guard let value = take(key) else {
      guard let fallback else { throw error(key, "is required") }
      return fallback
    }
    guard case .scalar(let text, _) = value else { throw error(key, line: value.line, "must be one value") }
    return text
  }

  /// Takes a text that may be absent.
  public mutating func optionalString(_ key: String) throws(ConfigurationError) -> String? {
    keys.contains(key) ? try string(key) : nil
  }

  /// Takes a whole number within a range.
  public mutating func integer(
    _ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil
  ) throws(ConfigurationError) -> Int {
    let line = lineOf(key)
    let text = try string(key, default: fallback.map(String.init))
    guard let number = Int(text), range.contains(number) else {
      throw error(key, line: line, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// Takes `true` or `false`.
  public mutating func boolean(_ key: String, default fallback: Bool? = nil) throws(ConfigurationError) -> Bool {
    let line = lineOf(key)
    switch try string(key, default: fallback.map(String.init)) {
    case "true": return true
    case "false": return false
    default: throw error(key, line: line, "must be true or false")
    }
  }

  /// Takes a number of seconds, or a number with `s`, `m`, `h` or `d`, as in `15m`.
  /// - Parameter range: the least and the most allowed.
  public mutating func span(
    _ key: String, in range: ClosedRange<TimeSpan>, default fallback: TimeSpan? = nil
  ) throws(ConfigurationError) -> TimeSpan {
    let line = lineOf(key)
    let text = try string(key, default: fallback.map { "\($0.seconds)s" })
    guard let span = Settings.parseSpan(text), range.contains(span) else {
      throw error(
        key, line: line,
        "must be a time such as 30s, 15m, 12h or 180d, from \(range.lowerBound.seconds)s to "
          + "\(range.upperBound.seconds)s")
    }
    return span
  }

  /// Takes one of several words.
  public mutating func choice<Choice>(
    _ key: String, of choices: KeyValuePairs<String, Choice>, default fallback: String? = nil
  ) throws(ConfigurationError) -> Choice {
    let line = lineOf(key)
    let text = try string(key, default: fallback)
    guard let found = choices.first(where: { $0.key == text }) else {
      throw error(key, line: line, "must be one of \(choices.map(\.key).joined(separator: ", "))")
    }
    return found.value
  }

  /// Takes a list of texts; absent means empty.
  public mutating func strings(_ key: String) throws(ConfigurationError) -> [String] {
    guard let value = take(key) else { return [] }
    guard case .list(let items, _) = value else { throw error(key, line: value.line, "must be a list") }
    var texts: [String] = []
    for item in items {
      guard case .scalar(let text, _) = item else { throw error(key, line: item.line, "must be a list of values") }
      texts.append(text)
    }
    return texts
  }

  /// Takes a part with keys of its own; absent means empty.
  public mutating func section(_ key: String) throws(ConfigurationError) -> Settings {
    guard let value = take(key) else { return Settings(path: name(key), line: line) }
    guard case .map(let entries, let line) = value else {
      throw error(key, line: value.line, "must be a group of keys")
    }
    return Settings(path: name(key), line: line, entries: entries)
  }

  /// Takes a list of parts; absent means empty.
  public mutating func sections(_ key: String) throws(ConfigurationError) -> [Settings] {
    guard let value = take(key) else { return [] }
    guard case .list(let items, _) = value else { throw error(key, line: value.line, "must be a list") }
    var parts: [Settings] = []
    for (index, item) in items.enumerated() {
      guard case .map(let entries, let line) = item else {
        throw error("\(key)[\(index)]", line: item.line, "must be a group of keys")
      }
      parts.append(Settings(path: name("\(key)[\(index)]"), line: line, entries: entries))
    }
    return parts
  }

  /// The line of a key that has not been read yet; this part's own where the key is absent.
  public func lineOf(_ key: String) -> Int { line(of: key) ?? line }

  static func parseSpan(_ text: String) -> TimeSpan? {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    let unit = text.last.flatMap { units[$0] }
    guard let count = Int(unit == nil ? text[...] : text.dropLast()), count >= 0 else { return nil }
    let (seconds, overflow) = count.multipliedReportingOverflow(by: unit ?? 1)
    return overflow || seconds > 1_000_000_000_000 ? nil : .seconds(seconds)
  }
}
