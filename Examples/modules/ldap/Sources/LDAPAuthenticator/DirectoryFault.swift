/// Trouble with the directory. The text is for the log and holds nothing of a person.
struct DirectoryFault: Error, Equatable, CustomStringConvertible {
  let description: String

  /// For the log of whoever asked a module, and not a directory.
  var words: String { "the directory: \(description)" }
}

/// What a bind came to.
enum BindAnswer: Sendable, Equatable {
  case proven
  /// Proven with a password that somebody else has set, and that the server's policy wants to be changed first.
  case mustChange
  /// Whatever the reason: a wrong password, a locked account, an entry without a password.
  case refused
}

/// What a search found.
enum SearchAnswer: Sendable, Equatable {
  case nobody
  case one(DirectoryEntry)
  case several
}

struct DirectoryEntry: Sendable, Equatable {
  let name: DistinguishedName
  /// The values of the one attribute that was asked for.
  let values: [[UInt8]]

  /// The only value, as text that can be a subject: 1 to 512 bytes without control characters.
  var subject: String? {
    guard values.count == 1, (1...512).contains(values[0].count),
      let text = String(validating: values[0], as: UTF8.self),
      text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { return nil }
    return text
  }
}
