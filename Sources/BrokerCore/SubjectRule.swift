public import AccessModel
public import AuthenticatorKit

/// Who a verified subject is for us (architecture section 2, *Who is it*).
public enum SubjectRule {
  /// - Parameters:
  ///   - subject: what the module said.
  ///   - row: the policy of the instance that said it.
  ///   - found: the active citizen with that fiscal code, or whom a link of this very instance names; nil for nobody.
  ///   - signedIn: the citizen whose session or login this is, if there is one already.
  /// - Returns: the citizen, or why not.
  public static func judge(
    _ subject: VerifiedIdentity.Subject, by row: RightsPolicy.Row, found: CitizenID?, signedIn: CitizenID?
  ) -> Result<CitizenID, DenialError> {
    // A second factor can only repeat who is signed in; anybody else is refused below.
    let onlyRepeats = !row.isPrimary && signedIn != nil
    if case .fiscalCode = subject, !row.assertsFiscalCode, !onlyRepeats { return .failure(DenialError(.notAllowed)) }
    guard let found else { return .failure(DenialError(.badCredentials)) }
    if let signedIn, signedIn != found { return .failure(DenialError(.anotherPerson)) }
    return .success(found)
  }

  /// Whether a session may make a link itself: a link is a credential for as long as it lasts, so one fresh proof alone has
  /// to be worth what the instance is, in right and in level.
  public static func mayLink(to row: RightsPolicy.Row, fresh: [Combination.Primary]) -> Bool {
    fresh.contains { $0.right >= row.ceiling && $0.level >= row.level }
  }
}

/// A denial where Swift wants an error, such as in a `Result`.
public struct DenialError: Error, Sendable, Equatable {
  public let denial: Denial
  public init(_ denial: Denial) { self.denial = denial }
}
