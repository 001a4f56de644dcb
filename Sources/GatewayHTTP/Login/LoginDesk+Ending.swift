import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Logging
import Sealing
import TokenService

extension LoginDesk {
  static let genericRefusal = "the credentials were not accepted"

  /// Opens the session, or adds to it, and gives the code; the record of the login is in the same transaction.
  func finish(
    _ citizen: CitizenID, _ added: [Authentication], _ run: inout LoginRun
  ) async throws(OAuthError) -> ChallengeReply {
    let now = world.now()
    guard let person = try await person(citizen, run), try await isStillLinked(citizen, run) else {
      throw try await refuse(.badCredentials, &run)
    }
    try await demandSomething(person, added, &run, now)
    let code = Base64.urlEncode(world.random(32))
    let handle = AuthSession.session + Base64.urlEncode(world.random(32))
    let (device, isNew) = await device(of: person, run, now)
    let opening = opening(person, added, code: code, handle: handle, device: device, run, now)
    do {
      try await sessions.open(opening, at: now, audit: record(person, added, opening, run, now))
    } catch {
      guard error == .conflict else { throw .unavailable(error.description) }
      throw try await refuse(.badCredentials, &run)
    }
    return .code(ChallengeCode(authorizationCode: code, authSession: handle), newDevice: isNew ? device : nil)
  }

  /// Between two factors an operator may have ended the link that the first one rests on.
  private func isStillLinked(_ citizen: CitizenID, _ run: LoginRun) async throws(OAuthError) -> Bool {
    for name in run.conversation.names {
      let owner = try await stored { () throws(StoreError) in
        try await citizens.linked(instance: name.instance, subject: name.subject)
      }
      guard owner == citizen else { return false }
    }
    return true
  }

  /// The citizen as this request has found them already, or as the store knows them.
  private func person(_ id: CitizenID, _ run: LoginRun) async throws(OAuthError) -> Citizen? {
    if let named = run.named, named.id == id { return named }
    return try await stored { () throws(StoreError) in try await citizens.citizen(id) }
  }

  /// Somebody who would get nothing of what was asked for is told so now, and no session is opened for it.
  private func demandSomething(
    _ person: Citizen, _ added: [Authentication], _ run: inout LoginRun, _ now: Instant
  ) async throws(OAuthError) {
    let wanted = run.conversation.scope
    guard !wanted.services.isEmpty, let resource = rules.catalogue.resource(run.conversation.resource) else { return }
    let holder = AccessHolder(
      authentications: run.conversation.flow.allAuthentications, profiles: person.profiles)
    let grant = rules.decision.grant(
      wanted, registered: run.request.client.scopes, services: resource.services, holder: holder, at: now)
    guard grant.scopes.services.isEmpty, let first = grant.refused.first?.refusal else { return }
    try await recordDenial("\(first.reason.rawValue)", person.fiscalCode, run, now)
    throw OAuthError(.accessDenied, RefusalWords.text(first), reason: first.reason.rawValue)
  }

  private func opening(
    _ person: Citizen, _ added: [Authentication], code: String, handle: String, device: String, _ run: LoginRun,
    _ now: Instant
  ) -> SessionOpening {
    let grant = CodeGrant(
      clientID: run.request.client.id, scope: run.conversation.scope.description, resource: run.conversation.resource,
      challenge: run.conversation.challenge, createdAt: now, expiresAt: now + policy.codeLifetime)
    return SessionOpening(
      stepUpOf: run.conversation.session, newID: Base64.urlEncode(world.random(16)), citizen: person.id,
      clientID: run.request.client.id, authentications: added, handle: TokenHash.of(handle),
      code: NewCode(hash: TokenHash.of(code), grant: grant),
      device: KnownDevice(hash: TokenHash.of(device), until: now + limits.device))
  }

  private func record(
    _ person: Citizen, _ added: [Authentication], _ opening: SessionOpening, _ run: LoginRun, _ now: Instant
  ) -> AuditEntry {
    AuditEntry(
      opening.stepUpOf == nil ? .login : .stepUp, by: .citizen, about: person.fiscalCode,
      [
        "client": run.request.client.id, "session": opening.stepUpOf ?? opening.newID,
        "instances": added.map(\.instance.description).joined(separator: " "),
        "scope": run.conversation.scope.description,
      ], at: now)
  }

  /// What the browser keeps, so that it has its own bucket for this citizen from now on (safety sentence 2).
  ///
  /// A value that is not this citizen's already may be one that somebody else has planted: it gets a new one.
  private func device(of person: Citizen, _ run: LoginRun, _ now: Instant) async -> (value: String, isNew: Bool) {
    if let brought = run.request.attempt.device,
      (try? await devices.knows(TokenHash.of(brought), for: person.id, at: now)) == true
    {
      return (brought, false)
    }
    return (Base64.urlEncode(world.random(32)), true)
  }

  /// The answer to a denial, after its record: the reason is told only where a right credential was shown (R9).
  func refuse(_ denial: Denial, _ run: inout LoginRun) async throws(OAuthError) -> OAuthError {
    if let busy = run.busy { return busy }
    try await recordDenial(denial.rawValue, run.named?.fiscalCode ?? run.conversation.subjectCode, run, world.now())
    let text = denial.isRevealable ? RefusalWords.text(denial) : LoginDesk.genericRefusal
    return OAuthError(.accessDenied, text, reason: denial.rawValue)
  }

  private func recordDenial(
    _ reason: String, _ subject: FiscalCode?, _ run: LoginRun, _ now: Instant
  ) async throws(OAuthError) {
    var details = ["reason": reason, "client": run.request.client.id]
    details["instance"] = run.instance?.description ?? ""
    // Which of many accounts somebody guesses at, and not whose it is.
    details["account"] = run.conversation.account?.tag
    let entry = AuditEntry(.denial, by: .citizen, about: subject, details, at: now)
    try await stored { () throws(StoreError) in try await AuditStore(ledger).record(entry) }
  }
}

/// Refusals in words that help and tell nothing that is secret.
enum RefusalWords {
  static func text(_ denial: Denial) -> String {
    switch denial {
    case .gradeTooLow: "this PIN is right, and it is not dispositivo: have it converted, or use another method"
    case .notEnrolled: "this method has not been set up for you"
    case .cancelled: "the login was given up"
    default: denial.facts["english"] ?? denial.explanation ?? LoginDesk.genericRefusal
    }
  }

  static func text(_ refusal: AccessRefusal) -> String {
    let reason =
      switch refusal.reason {
      case .unknownScope: "there is no such service or right"
      case .notRegistered: "the client or the resource is not registered for this scope"
      case .notInArea: "this service belongs to an area that is not open to this profile"
      case .notAuthenticated: "a login is needed"
      case .insufficientRight: "the login gives the right to consult, and this needs the right to dispose"
      case .notFresh: "the login that gave the right is too long ago"
      case .insufficientScope: "the token was issued without this scope"
      case .insufficientMethod: "this operation asks for another way to log in"
      }
    guard let enough = refusal.enough else { return reason }
    let ways = enough.words ?? enough.instances.map(\.description).joined(separator: ", ")
    return "\(reason); enough would be: \(ways)"
  }
}
