/// Names that people choose in a configuration or a catalogue: lower-case ASCII letters, digits and hyphens, at most
/// 64, beginning with a letter. The narrow alphabet keeps them safe in scopes, URLs, headers, logs and SQL.
enum Slug {
  static func isValid(_ text: String) -> Bool {
    let bytes = text.utf8
    guard let first = bytes.first, bytes.count <= 64, (0x61...0x7A).contains(first), bytes.last != 0x2D else {
      return false
    }
    return bytes.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
  }
}

/// A name that is stored and sent as plain text.
public protocol TextIdentifier: Sendable, Hashable, Codable, CustomStringConvertible {
  /// - Returns: nil if the text cannot be such a name.
  init?(_ text: String)
}

extension TextIdentifier {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Self(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a valid \(Self.self)")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// The name of a citizen inside the broker; random, so that it tells nothing about the person.
public struct CitizenID: TextIdentifier {
  public let description: String
  public init(_ text: String) { description = text }
}

/// A service of the catalogue, such as `estratto-conto`.
public struct ServiceID: TextIdentifier {
  public let description: String
  public init?(_ text: String) {
    guard Slug.isValid(text) else { return nil }
    description = text
  }
}

/// An operation of a service that asks for more than the service does (rule R6).
public struct OperationID: TextIdentifier {
  public let description: String
  public init?(_ text: String) {
    guard Slug.isValid(text) else { return nil }
    description = text
  }
}

/// An *area riservata*: a part of the portal that is open to a profile.
public struct AreaID: TextIdentifier {
  public let description: String
  public init?(_ text: String) {
    guard Slug.isValid(text) else { return nil }
    description = text
  }
}

/// A citizen's profile in the registry, such as `pensioner`; it decides the areas.
public struct ProfileID: TextIdentifier {
  public let description: String
  public init?(_ text: String) {
    guard Slug.isValid(text) else { return nil }
    description = text
  }
}

/// A configured authenticator instance, such as `pin-ordinario`: the key of the rights policy.
public struct InstanceID: TextIdentifier {
  public let description: String
  public init?(_ text: String) {
    guard Slug.isValid(text) else { return nil }
    description = text
  }
}
