/// A part of the configuration that is read by taking keys out of it; what nobody took is an error.
///
/// Decoded once, at start, into values: a request never carries configuration.
public struct Settings: Sendable {
  /// A node of the configuration with the line it stands on (counted from 1; 0 for the environment).
  public indirect enum Value: Sendable, Equatable {
    case scalar(String, line: Int)
    case list([Value], line: Int)
    case map([Entry], line: Int)

    public var line: Int {
      switch self {
      case .scalar(_, let line), .list(_, let line), .map(_, let line): line
      }
    }
  }

  public struct Entry: Sendable, Equatable {
    public let key: String
    public let line: Int
    public let value: Value
    public init(key: String, line: Int, value: Value) {
      self.key = key
      self.line = line
      self.value = value
    }
  }

  /// The path of this part, such as `authenticators[0].settings`, for messages.
  public let path: String
  /// The line where this part begins.
  public let line: Int
  private var entries: [Entry]

  public init(path: String = "", line: Int = 1, entries: [Entry] = []) {
    self.path = path
    self.line = line
    self.entries = entries
  }

  /// The keys not read yet.
  public var keys: [String] { entries.map(\.key) }

  func peek(_ key: String) -> Value? { entries.first { $0.key == key }?.value }

  /// Takes a raw value, or nil if the key is absent.
  public mutating func take(_ key: String) -> Value? {
    guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
    return entries.remove(at: index).value
  }

  func line(of key: String) -> Int? { entries.first { $0.key == key }?.line }

  /// Reports every key that nobody has read.
  public consuming func finish() throws(ConfigurationError) {
    let problems = entries.map { entry in
      ConfigurationProblem(line: entry.line, key: name(entry.key), message: "unknown key")
    }
    if !problems.isEmpty { throw ConfigurationError(problems) }
  }

  /// The full name of a key of this part.
  public func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// An error about one key.
  public func error(_ key: String, line: Int? = nil, _ message: String) -> ConfigurationError {
    ConfigurationError([ConfigurationProblem(line: line ?? self.line, key: name(key), message: message)])
  }
}

/// One thing that is wrong with the configuration.
public struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
  /// Counted from 1; 0 where the value came from the environment.
  public let line: Int
  public let key: String
  public let message: String

  public init(line: Int, key: String, message: String) {
    self.line = line
    self.key = key
    self.message = message
  }

  public var description: String {
    line > 0 ? "line \(line): \(key): \(message)" : "environment: \(key): \(message)"
  }
}

/// Everything found wrong, never only the first thing.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  public let problems: [ConfigurationProblem]
  public init(_ problems: [ConfigurationProblem]) { self.problems = problems }
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension Settings {
  /// Sets one value from outside the file, over whatever stands there.
  /// - Parameter path: the keys from here down; at least one.
  public mutating func set(_ path: [String], to value: String) {
    entries = Settings.setting(path[...], to: value, in: entries)
  }

  private static func setting(_ path: ArraySlice<String>, to value: String, in entries: [Entry]) -> [Entry] {
    guard let key = path.first else { return entries }
    var entries = entries
    let index = entries.firstIndex { $0.key == key }
    let new: Value
    if path.count == 1 {
      new = .scalar(value, line: 0)
    } else {
      var inner: [Entry] = []
      if let index, case .map(let present, _) = entries[index].value { inner = present }
      new = .map(setting(path.dropFirst(), to: value, in: inner), line: index.map { entries[$0].line } ?? 0)
    }
    let entry = Entry(key: key, line: path.count == 1 ? 0 : index.map { entries[$0].line } ?? 0, value: new)
    if let index { entries[index] = entry } else { entries.append(entry) }
    return entries
  }
}
