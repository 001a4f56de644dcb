/// A JSON text (RFC 8259) as a value: what a token's header and claims and a key set are read into.
enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// Reads one JSON text.
  ///
  /// Our own reader rather than a decoder, because it runs before the signature is checked: it refuses what two parsers
  /// could read in two ways (a name twice, broken UTF-8), and a stranger's number never becomes an integer here.
  init(parsing bytes: some Sequence<UInt8>) throws(JSONError) {
    var reader = JSONReader(bytes: Array(bytes))
    self = try reader.readDocument()
  }

  var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  var object: [String: JSONValue]? {
    if case .object(let members) = self { members } else { nil }
  }

  var array: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// An array of nothing but strings.
  var strings: [String]? {
    guard let array else { return nil }
    let strings = array.compactMap(\.string)
    return strings.count == array.count ? strings : nil
  }

  var number: Double? {
    if case .number(let number) = self { number } else { nil }
  }
}

/// Not JSON, or JSON that nobody should send. Holds no part of the text.
struct JSONError: Error {}
