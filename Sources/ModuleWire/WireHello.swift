import AccessModel
public import AuthenticatorKit

/// What a module is, as `GET /v1/hello` answers.
public struct WireHello: Sendable, Equatable, Codable {
  public let `protocol`: Int
  public let name: String
  public let version: String?
  public let role: String
  public let assurance: String
  public let ceiling: String?
  public let capabilities: [String]

  public init(name: String, version: String? = nil, _ descriptor: AuthenticatorDescriptor, capabilities: [String] = [])
  {
    self.protocol = WireProtocol.version
    self.name = name
    self.version = version
    role = descriptor.role.rawValue
    assurance = descriptor.assurance.description
    ceiling = descriptor.ceiling.rawValue
    self.capabilities = capabilities
  }

  /// The most that the module says it is worth.
  /// - Throws: ``WireError`` for words that this protocol does not have, or a name that is none.
  public func descriptor() throws(WireError) -> AuthenticatorDescriptor {
    guard WireWords.isName(name) else { throw WireError("hello: name is no name") }
    guard WireWords.isShowable(version ?? "", WireProtocol.maximumName) else {
      throw WireError("hello: version is too long, or has control or format characters")
    }
    guard let role = AuthenticatorDescriptor.Role(rawValue: role) else {
      throw WireError("hello: role is neither primary nor second-factor")
    }
    guard let level = AssuranceLevel(assurance) else {
      throw WireError("hello: assurance is none of none, low, substantial, high")
    }
    guard let right = AccessRight(rawValue: ceiling ?? AccessRight.consultation.rawValue) else {
      throw WireError("hello: ceiling is neither consultation nor dispositive")
    }
    return AuthenticatorDescriptor(role: role, assurance: level, amr: [], ceiling: right)
  }
}

/// The number alone, read before anything else: another version may have other fields.
public struct WireVersion: Sendable, Codable {
  public let `protocol`: Int
}

enum WireWords {
  /// Lower-case letters, digits and hyphens.
  static func isName(_ text: String) -> Bool {
    (1...WireProtocol.maximumName).contains(text.utf8.count)
      && text.utf8.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
  }

  /// What a message calls a field: never long, never a line of its own in a log.
  static func isFieldName(_ text: String) -> Bool {
    (1...WireProtocol.maximumName).contains(text.utf8.count)
      && text.utf8.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
  }

  /// Something to show: no control characters and no lines, and nothing that is not seen or turns the order of what is.
  /// Counted in code points, as JSON Schema counts: one character of a person's can hold thousands of them.
  static func isShowable(_ text: String, _ most: Int) -> Bool {
    text.unicodeScalars.count <= most && !text.unicodeScalars.contains { $0.isInvisible }
  }

  /// The same for sentences, where joiners are part of the spelling of some languages and of emoji.
  static func isReadable(_ text: String, _ most: Int) -> Bool {
    text.unicodeScalars.count <= most
      && !text.unicodeScalars.contains { $0.isInvisible && !joiners.contains($0) }
  }

  private static let joiners: Set<Unicode.Scalar> = ["\u{200C}", "\u{200D}"]

  private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
