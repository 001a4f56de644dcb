public import Foundation

/// Messages as bytes.
public enum WireCoding {
  public static func encode(_ message: some Encodable) throws(WireError) -> Data {
    do { return try JSONEncoder().encode(message) } catch { throw WireError("a message cannot be written") }
  }

  /// - Throws: ``WireError`` that names the field and repeats nothing of the message.
  public static func decode<Message: Decodable>(_ type: Message.Type, _ bytes: Data) throws(WireError) -> Message {
    do { return try JSONDecoder().decode(type, from: bytes) } catch {
      switch error {
      case let error as WireError: throw error
      case DecodingError.keyNotFound(let key, _): throw WireError("the field \(key.stringValue) is missing")
      case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
        throw WireError("\(path(context)) has the wrong type")
      case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
        throw WireError("\(path(context)) has a value that is not known")
      default: throw WireError("this is no JSON")
      }
    }
  }

  private static func path(_ context: DecodingError.Context) -> String {
    // Keys of a form are the sender's own words, and may be anything.
    let names = context.codingPath.map { key in
      key.intValue.map { "\($0)" } ?? (WireWords.isFieldName(key.stringValue) ? key.stringValue : "…")
    }
    return names.isEmpty ? "the message" : names.joined(separator: ".")
  }
}
