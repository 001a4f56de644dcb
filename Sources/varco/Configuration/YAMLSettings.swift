import AuthenticatorKit
import Yams

/// YAML with the line of every key, as ``Settings``.
enum YAMLSettings {
  /// - Throws: ``ConfigurationError`` with the line where the text stops being YAML, or where a key stands twice.
  static func parse(_ text: String) throws(ConfigurationError) -> Settings {
    guard text.utf8.count <= 4 << 20 else { throw problem(1, "", "the file has more than 4 MiB") }
    let node: Node?
    do { node = try Yams.compose(yaml: text) } catch {
      throw describe(error)
    }
    guard let node else { return Settings() }
    guard case .map(let entries, let line) = try value(node, depth: 0) else {
      throw problem(node.mark?.line ?? 1, "", "the file must be a group of keys")
    }
    return Settings(line: line, entries: entries)
  }

  private static func value(_ node: Node, depth: Int) throws(ConfigurationError) -> Settings.Value {
    let line = node.mark?.line ?? 0
    guard depth < 20 else { throw problem(line, "", "nested too deeply") }
    switch node {
    case .scalar(let scalar): return .scalar(scalar.string, line: line)
    case .sequence(let sequence):
      var items: [Settings.Value] = []
      for item in sequence { items.append(try value(item, depth: depth + 1)) }
      return .list(items, line: line)
    case .mapping(let mapping): return .map(try entries(mapping, depth), line: line)
    case .alias: throw problem(line, "", "aliases are not used here")
    }
  }

  private static func entries(_ mapping: Node.Mapping, _ depth: Int) throws(ConfigurationError) -> [Settings.Entry] {
    var entries: [Settings.Entry] = []
    for (key, item) in mapping {
      let line = key.mark?.line ?? 0
      guard case .scalar(let name) = key else { throw problem(line, "", "a key must be a word") }
      entries.append(Settings.Entry(key: name.string, line: line, value: try value(item, depth: depth + 1)))
    }
    return entries
  }

  private static func describe(_ error: any Error) -> ConfigurationError {
    switch error as? YamlError {
    case .scanner(_, let what, let mark, _), .parser(_, let what, let mark, _), .composer(_, let what, let mark, _):
      problem(mark.line, "", what)
    case .duplicatedKeysInMapping(let keys, let context):
      problem(context.mark.line, keys.joined(separator: ", "), "stands there twice")
    default: problem(1, "", "this is no YAML: \(error)")
    }
  }

  private static func problem(_ line: Int, _ key: String, _ message: String) -> ConfigurationError {
    ConfigurationError([ConfigurationProblem(line: line, key: key.isEmpty ? "YAML" : key, message: message)])
  }
}
