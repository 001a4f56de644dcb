import AccessModel
import Foundation

/// A name that somebody types to say whose account it is. One account has one counter, however it is written.
enum AccountName {
  static let maximumBytes = 512

  /// Whether it can be a name: what cannot be seen would make many names of one wherever somebody strips it.
  static func isOne(_ typed: String) -> Bool {
    typed.utf8.count <= maximumBytes && typed.unicodeScalars.allSatisfy { !isHidden($0) }
  }

  /// Compatibility forms, case and white space make no other account (Unicode, UAX 15 and UAX 31).
  static func folded(_ typed: String) -> String {
    let composed = typed.precomposedStringWithCompatibilityMapping.lowercased()
      .precomposedStringWithCompatibilityMapping
    return String(String.UnicodeScalarView(composed.unicodeScalars.filter { !$0.properties.isWhitespace }))
  }

  /// More than what is invisible: nobody types what is not assigned, and what may be ignored is ignored by somebody.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .surrogate, .unassigned: true
    default: scalar.isInvisible || scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}
