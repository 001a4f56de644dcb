import AccessModel
import Foundation

/// What commands print: answers to standard output, trouble to standard error.
///
/// Whatever a module, a citizen or somebody's file has put into a text, it moves no cursor, sets no colour and turns no
/// order round: what is not seen itself is printed by its number. Lines and tabs are ours.
enum Console {
  static func print(_ text: String) { write(escaped(text, but: "\n\t", byNumber)) }

  static func error(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data("\(escaped(text, but: "\n\t", byNumber))\n".utf8))
  }

  /// JSON for people and programs: sorted, one value.
  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    json(text: String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// JSON that is written already.
  static func json(text: String) {
    // Between its strings JSON has white space only, and within one this is the same text.
    write(escaped(text, but: "\n\t\r") { $0.utf16.map { "\\u" + number($0, 4) }.joined() })
  }

  /// A text of somebody else's within a line of ours: it has no lines of its own either.
  static func shown(_ text: String) -> String { escaped(text, but: "", byNumber) }

  private static func write(_ text: String) {
    // Whoever closed the pipe has seen enough.
    do { try FileHandle.standardOutput.write(contentsOf: Data("\(text)\n".utf8)) } catch { Foundation.exit(0) }
  }

  private static func byNumber(_ scalar: Unicode.Scalar) -> String { "\\u{\(number(scalar.value, 4))}" }

  private static func number(_ value: some BinaryInteger, _ digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private static func escaped(
    _ text: String, but ours: String, _ escape: (Unicode.Scalar) -> String
  ) -> String {
    let allowed = ours.unicodeScalars
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar.isInvisible, !allowed.contains(scalar) {
        result.append(contentsOf: escape(scalar).unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }
}
