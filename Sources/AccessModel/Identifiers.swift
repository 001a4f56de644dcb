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

/// A service of the catalogue, such as `estratto-conto`.
public struct ServiceID: Sendable, Hashable, CustomStringConvertible {
  public let description: String
  public init?(_ text: String) {
    guard Slug.isValid(text) else { return nil }
    description = text
  }
}

/// An operation of a service that asks for more than the service does (rule R6).
public struct OperationID: Sendable, Hashable, CustomStringConvertible {
  public let description: String
  public init?(_ text: String) {
    guard Slug.isValid(text) else { return nil }
    description = text
  }
}

/// An *area riservata*: a part of the portal that is open to a profile.
public struct AreaID: Sendable, Hashable, CustomStringConvertible {
  public let description: String
  public init?(_ text: String) {
    guard Slug.isValid(text) else { return nil }
    description = text
  }
}

/// A citizen's profile in the registry, such as `pensioner`; it decides the areas.
public struct ProfileID: Sendable, Hashable, CustomStringConvertible {
  public let description: String
  public init?(_ text: String) {
    guard Slug.isValid(text) else { return nil }
    description = text
  }
}

/// A configured authenticator instance, such as `pin-ordinario`: the key of the rights policy.
public struct InstanceID: Sendable, Hashable, CustomStringConvertible {
  public let description: String
  public init?(_ text: String) {
    guard Slug.isValid(text) else { return nil }
    description = text
  }
}
