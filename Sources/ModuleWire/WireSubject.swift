/// Whom a message is about: an object with one key that says what kind of name it holds.
public enum WireSubject: Sendable, Equatable {
  case fiscalCode(String)
  /// Stands for a citizen before one instance, the same for ever, and means nothing to anybody else.
  case pseudonym(String)
  /// A name of the module's own.
  case local(String)
}

extension WireSubject: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case fiscalCode = "fiscal_code"
    case pseudonym, local
  }

  public init(from decoder: any Decoder) throws {
    // Every key counts, those that are not known too: an object that says two things says nothing.
    let names = try decoder.singleValueContainer().decode([String: String].self)
    guard names.count == 1, let (word, name) = names.first, let key = Key(rawValue: word) else {
      throw WireError("subject: not one of local, pseudonym, fiscal_code")
    }
    switch key {
    case .fiscalCode: self = .fiscalCode(name)
    case .pseudonym: self = .pseudonym(name)
    case .local: self = .local(name)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .fiscalCode(let name): try container.encode(name, forKey: .fiscalCode)
    case .pseudonym(let name): try container.encode(name, forKey: .pseudonym)
    case .local(let name): try container.encode(name, forKey: .local)
    }
  }
}

/// A subject may be a fiscal code, so it never prints itself.
extension WireSubject: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "WireSubject" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
