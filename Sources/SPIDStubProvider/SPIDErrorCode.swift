/// What an identity provider says where a person has failed (specification section 4.8). The codes about faulty requests
/// are left out: the stub's requests do not travel.
public enum SPIDErrorCode: String, Sendable, Hashable, Codable, CaseIterable {
  /// Too many wrong credentials.
  case nr19
  /// The person has no credential of the level asked for.
  case nr20
  /// The person took too long.
  case nr21
  /// The person refused to send the data.
  case nr22
  /// The identity is suspended or revoked, or its credentials are blocked.
  case nr23
  /// The person cancelled.
  case nr25
  /// Another kind of identity than the one asked for, such as that of a company.
  case nr30
}
