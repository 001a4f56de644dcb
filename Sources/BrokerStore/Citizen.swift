public import AccessModel

/// A person of the registry.
public struct Citizen: Sendable, Equatable {
  public enum State: String, Sendable, Equatable, CaseIterable {
    case active
    /// May not log in; everything open is ended.
    case suspended
    case deceased
  }

  public let id: CitizenID
  public let fiscalCode: FiscalCode
  public let givenName: String
  public let familyName: String
  /// Decide the areas (rule R5).
  public let profiles: Set<ProfileID>
  public let state: State

  public init(
    id: CitizenID, fiscalCode: FiscalCode, givenName: String, familyName: String, profiles: Set<ProfileID>,
    state: State = .active
  ) {
    self.id = id
    self.fiscalCode = fiscalCode
    self.givenName = givenName
    self.familyName = familyName
    self.profiles = profiles
    self.state = state
  }
}

/// Where a citizen can be reached (spec section 6.1).
public struct Contact: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case mobile
    case email
    case pec
    case homePhone = "home-phone"
    case officePhone = "office-phone"
    case fax
    case address
  }

  public let kind: Kind
  public let value: String

  public init(_ kind: Kind, _ value: String) {
    self.kind = kind
    self.value = value
  }
}
