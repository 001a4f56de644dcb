public import AccessModel

/// Reads settings and goes on after a problem, so that everything wrong is reported at once.
public struct SettingsReader: Sendable {
  private var settings: Settings
  public private(set) var problems: [ConfigurationProblem] = []

  public init(_ settings: Settings) { self.settings = settings }

  /// The keys not read yet.
  public var keys: [String] { settings.keys }

  /// The line of a value that has not been read yet; 0 where it came from the environment or is absent.
  public func lineOfValue(_ key: String) -> Int { settings.peek(key)?.line ?? 0 }

  /// Takes something, or the fallback where that is not possible.
  public mutating func take<Value>(
    _ fallback: Value, _ body: (inout Settings) throws(ConfigurationError) -> Value
  ) -> Value {
    do throws(ConfigurationError) { return try body(&settings) } catch {
      problems.append(contentsOf: error.problems)
      return fallback
    }
  }

  public mutating func string(_ key: String, default fallback: String? = nil) -> String {
    take(fallback ?? "") { (settings) throws(ConfigurationError) in try settings.string(key, default: fallback) }
  }

  public mutating func optionalString(_ key: String) -> String? {
    take(nil) { (settings) throws(ConfigurationError) in try settings.optionalString(key) }
  }

  public mutating func strings(_ key: String) -> [String] {
    take([]) { (settings) throws(ConfigurationError) in try settings.strings(key) }
  }

  public mutating func integer(_ key: String, in range: ClosedRange<Int>, default fallback: Int) -> Int {
    take(fallback) { (settings) throws(ConfigurationError) in
      try settings.integer(key, in: range, default: fallback)
    }
  }

  public mutating func boolean(_ key: String, default fallback: Bool) -> Bool {
    take(fallback) { (settings) throws(ConfigurationError) in try settings.boolean(key, default: fallback) }
  }

  public mutating func span(_ key: String, in range: ClosedRange<TimeSpan>, default fallback: TimeSpan) -> TimeSpan {
    take(fallback) { (settings) throws(ConfigurationError) in
      try settings.span(key, in: range, default: fallback)
    }
  }

  /// A time that may be absent.
  public mutating func optionalSpan(_ key: String) -> TimeSpan? {
    guard keys.contains(key) else { return nil }
    return span(key, in: .zero ... .days(3650), default: .zero)
  }

  /// A time that may be switched off with the word `off`.
  public mutating func spanOrOff(_ key: String, in range: ClosedRange<TimeSpan>, default fallback: TimeSpan)
    -> TimeSpan?
  {
    if case .scalar("off", _) = settings.peek(key) {
      _ = settings.take(key)
      return nil
    }
    return span(key, in: range, default: fallback)
  }

  /// A required name of some kind.
  public mutating func identifier<Value>(_ key: String, _ make: (String) -> Value?) -> Value? {
    let line = settings.lineOf(key)
    let text = string(key)
    guard !text.isEmpty else { return nil }
    guard let value = make(text) else {
      problem(key, line: line, "\(text) is not a valid \(Value.self)")
      return nil
    }
    return value
  }

  public mutating func optionalIdentifier<Value>(_ key: String, _ make: (String) -> Value?) -> Value? {
    keys.contains(key) ? identifier(key, make) : nil
  }

  /// A list of names of some kind.
  public mutating func identifiers<Value>(_ key: String, _ make: (String) -> Value?) -> [Value] {
    let line = settings.lineOf(key)
    var values: [Value] = []
    for text in strings(key) {
      if let value = make(text) {
        values.append(value)
      } else {
        problem(key, line: line, "\(text) is not a valid \(Value.self)")
      }
    }
    return values
  }

  public mutating func section(_ key: String) -> Settings {
    take(Settings()) { (settings) throws(ConfigurationError) in try settings.section(key) }
  }

  public mutating func sections(_ key: String) -> [Settings] {
    take([]) { (settings) throws(ConfigurationError) in try settings.sections(key) }
  }

  /// Reads a part with a reader of its own; its problems, unknown keys included, become this reader's.
  public mutating func part<Value>(_ settings: Settings, _ body: (inout SettingsReader) -> Value) -> Value {
    var reader = SettingsReader(settings)
    let value = body(&reader)
    reader.reportUnread()
    problems.append(contentsOf: reader.problems)
    return value
  }

  public mutating func problem(_ key: String, line: Int? = nil, _ message: String) {
    problems.append(contentsOf: settings.error(key, line: line, message).problems)
  }

  public mutating func add(_ error: ConfigurationError) { problems.append(contentsOf: error.problems) }

  /// Reports names that stand in a list twice.
  public mutating func duplicates(_ names: [String], of key: String) {
    var seen = Set<String>()
    for name in names where !seen.insert(name).inserted { problem(key, "\(name) stands there twice") }
  }

  /// Reports the keys that nobody has read.
  public mutating func reportUnread() {
    do throws(ConfigurationError) { try settings.finish() } catch { problems.append(contentsOf: error.problems) }
  }

  /// - Throws: ``ConfigurationError`` with every problem, in the order of their lines.
  public mutating func finish() throws(ConfigurationError) {
    reportUnread()
    if !problems.isEmpty { throw ConfigurationError(problems.sorted { $0.line < $1.line }) }
  }
}
