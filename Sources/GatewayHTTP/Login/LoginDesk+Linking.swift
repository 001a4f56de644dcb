import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import TokenService

/// A citizen who links a module's own subject to themselves (architecture section 2, *Who is it*).
extension LoginDesk {
  /// Only whoever is signed in can link.
  func demandSession(_ terms: ChallengeTerms, _ session: Session?) throws(OAuthError) {
    guard terms.isLinking else { return }
    guard session != nil, terms.wanted != nil else {
      throw OAuthError(.invalidRequest, "link needs the auth_session of a session, and the authenticator to link")
    }
  }

  /// Links a subject that the module has just verified to the citizen of the session, if the session is strong enough.
  /// - Returns: the citizen; nil where that may not be, which is refused like any subject that is nobody.
  func link(
    _ subject: VerifiedIdentity.Subject, of instance: InstanceID, _ run: LoginRun
  ) async throws(OAuthError) -> Citizen? {
    guard case .local(let name) = subject, let row = rules.policy.row(instance), row.isPrimary, !row.assertsFiscalCode,
      let code = run.conversation.subjectCode,
      SubjectRule.mayLink(to: row, fresh: rules.flow.fresh(of: run.conversation.flow, at: world.now())),
      let session = run.conversation.session
    else { return nil }
    return try await stored { () throws(StoreError) in
      // Somebody else may hold the name: a link that ended in a refusal is not made again here.
      guard try await citizens.linked(instance: instance, subject: name) == nil,
        let citizen = try await citizens.citizen(with: code), citizen.state == .active
      else { return nil }
      let audit = AuditEntry(
        .linkMade, by: .citizen, about: code, ["instance": instance.description], at: world.now())
      try await citizens.link(instance: instance, subject: name, to: citizen.id, within: session, audit: audit)
      return citizen
    }
  }
}
