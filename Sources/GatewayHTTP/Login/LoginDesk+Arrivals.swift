import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Logging
import Sealing
import TokenService

/// The way of somebody who is sent elsewhere, such as to the listener that asks for a card, and comes back.
///
/// The relay state that travels along says which step it is and is no secret from whoever holds the card; the
/// conversation itself goes on only with the `auth_session` that its client holds.
extension LoginDesk {
  /// Keeps the conversation until somebody has come back.
  func send(
    _ redirect: Redirect, _ memory: AuthenticationState, _ run: inout LoginRun
  ) async throws(OAuthError) -> ChallengeReply {
    guard let relay = run.conversation.relay, let instance = run.conversation.flow.conversing else {
      throw OAuthError(.serverError, "the login cannot go on", reason: "a redirect without a step")
    }
    let hash = TokenHash.of(relay)
    let view = RedirectView(
      url: redirect.url, form: redirect.form, page: "\(issuer)/login/cns?relay_state=\(relay)")
    run.conversation.redirect = view
    let client = run.request.client
    let arrival = Arrival(
      memory: memory.bytes, address: redirect.url, application: client.name.isEmpty ? client.id : client.name,
      subject: run.conversation.subject)
    let stored = StoredArrival(
      instance: instance.description, clientID: client.id, sealed: try sealed(arrival, hash: hash),
      expiresAt: run.expiresAt)
    let name = try await keep(run, arrival: (hash, stored))
    return .more(ChallengeQuestion(authSession: name, expiresIn: remaining(run), redirect: view))
  }

  /// Nobody has come back yet: the same again.
  func sendAgain(_ run: LoginRun) async throws(OAuthError) -> ChallengeReply {
    let name = try await keep(run)
    return .more(
      ChallengeQuestion(authSession: name, expiresIn: remaining(run), redirect: run.conversation.redirect))
  }

  /// What the return means to the conversation; nil as long as nobody has come back.
  func arrival(_ instance: InstanceID, _ run: inout LoginRun) async throws(OAuthError) -> LoginFlow.Event? {
    guard let relay = run.conversation.relay else { return .failed }
    let hash = TokenHash.of(relay)
    let taken = try await stored { () throws(StoreError) in try await arrivals.take(hash, at: world.now()) }
    guard let taken else { return nil }
    run.conversation.redirect = nil
    guard let arrival = Arrival.open(taken.sealed, arrivalSealer, hash: hash), let outcome = arrival.outcome,
      let identity = outcome.identity, taken.instance == instance.description
    else { return .failed }
    run.calledAt = outcome.at
    return await arrived(instance, with: identity, &run)
  }

  /// Where an open step leads; nil if it is unknown, over or complete.
  func address(of relay: String) async throws(StoreError) -> String? {
    let hash = TokenHash.of(relay)
    guard let stored = try await arrivals.arrival(hash, at: world.now()), stored.state != .done else { return nil }
    return Arrival.open(stored.sealed, arrivalSealer, hash: hash)?.address
  }

  /// Binds a step to a browser.
  func bind(_ relay: String, to browser: [UInt8]) async throws(StoreError) -> Bool {
    try await arrivals.bind(TokenHash.of(relay), to: browser, at: world.now())
  }

  /// Somebody wants to know whether a card would do: nobody is looked up, nothing is kept, nobody is logged in.
  func tryOut(_ certificate: ClientCertificate?) async -> ArrivalReply {
    let judge = rules.policy.primaries.compactMap { authenticators[$0.instance] }.first {
      $0.descriptor.judgesCertificates
    }
    guard let judge else { return .unknown }
    do throws(AuthenticatorFault) {
      let step = try await call.step { () throws(AuthenticatorFault) in
        guard case .redirect(_, let memory) = try await judge.begin(LoginRequest(purpose: .firstLogin)) else {
          return .denied(.notAllowed)
        }
        return try await judge.resume(LoginAnswer([:], certificate: certificate), from: memory)
      }
      switch step {
      case .verified: return .works
      case .denied(let denial): return .denied(denial)
      case .prompt, .redirect: return .unavailable
      }
    } catch {
      logger.error("module fault", metadata: ["reason": "\(error)"])
      return .unavailable
    }
  }

  /// Somebody has come back with a certificate, or without one.
  /// - Parameter isBrowser: a person with a browser confirms on the main host; a program has completed the step.
  func arrive(
    _ relay: String, with certificate: ClientCertificate?, isBrowser: Bool
  ) async throws(StoreError) -> ArrivalReply {
    let hash = TokenHash.of(relay)
    let now = world.now()
    guard let stored = try await arrivals.arrival(hash, at: now), stored.state != .done,
      let instance = InstanceID(stored.instance), let module = authenticators[instance],
      let arrival = Arrival.open(stored.sealed, arrivalSealer, hash: hash)
    else { return .unknown }
    if isBrowser, stored.browser == nil { return .page("\(issuer)/login/cns?relay_state=\(relay)") }
    guard isBrowser || stored.browser == nil else { return .unknown }
    let step: AuthenticationStep
    do throws(AuthenticatorFault) {
      step = try await call.step { () throws(AuthenticatorFault) in
        try await module.resume(
          LoginAnswer([:], certificate: certificate), from: AuthenticationState(bytes: arrival.memory))
      }
    } catch {
      logger.error("module fault", metadata: ["instance": "\(instance)", "reason": "\(error)"])
      return .unavailable
    }
    return try await settle(step, arrival, hash: hash, stored: stored, instance, isBrowser: isBrowser, now)
  }

  private func settle(
    _ step: AuthenticationStep, _ arrival: Arrival, hash: [UInt8], stored: StoredArrival, _ instance: InstanceID,
    isBrowser: Bool, _ now: Instant
  ) async throws(StoreError) -> ArrivalReply {
    switch step {
    case .prompt, .redirect: return .unavailable
    case .denied(let denial):
      try await record(denial, instance, stored, about: nil, now)
      return .denied(denial)
    case .verified(let identity):
      guard isAllowed(identity.subject, instance), let citizen = try await citizen(identity.subject, of: instance)
      else {
        let denial = Denial.certificate(
          "not-registered", "the certificate is good, and its holder is not in the registry of this service")
        try await record(denial, instance, stored, about: nil, now)
        return .denied(denial)
      }
      if let expected = arrival.subject, expected != citizen.fiscalCode.rawValue {
        let denial = Denial.certificate(
          "another-person", "the certificate is good, and its holder is not the person who is signed in")
        try await record(denial, instance, stored, about: citizen.fiscalCode, now)
        return .denied(denial)
      }
      var complete = arrival
      complete.outcome = Arrival.Outcome(identity, at: now)
      return try await keep(complete, hash: hash, of: citizen, stored, isBrowser: isBrowser, now)
    }
  }

  /// Whether the page may show what the registry knows of a subject: not on the word of an instance that may not name
  /// anybody.
  private func isAllowed(_ subject: VerifiedIdentity.Subject, _ instance: InstanceID) -> Bool {
    if case .fiscalCode = subject { return rules.policy.row(instance)?.assertsFiscalCode == true }
    return true
  }

  private func keep(
    _ arrival: Arrival, hash: [UInt8], of citizen: Citizen, _ stored: StoredArrival, isBrowser: Bool, _ now: Instant
  ) async throws(StoreError) -> ArrivalReply {
    let sealed: SealedValue
    do { sealed = try arrival.sealed(arrivalSealer, hash: hash) } catch { throw .unavailable("\(error)") }
    guard isBrowser else {
      return try await arrivals.complete(hash, sealed, at: now) ? .completed : .unknown
    }
    let code = Base64.urlEncode(world.random(32))
    guard try await arrivals.propose(hash, sealed, code: TokenHash.of(code), at: now) else { return .unknown }
    return .proposed(
      ArrivalProposal(
        name: "\(citizen.givenName) \(citizen.familyName)",
        lastCharacters: String(citizen.fiscalCode.rawValue.suffix(4)), application: arrival.application, code: code))
  }

  /// The active citizen whom a subject means, if it is any; ``SubjectRule`` says whether the instance may name them.
  func citizen(_ subject: VerifiedIdentity.Subject, of instance: InstanceID) async throws(StoreError) -> Citizen? {
    let found: Citizen?
    switch subject {
    case .fiscalCode(let code): found = try await citizens.citizen(with: code)
    case .local(let name):
      guard let id = try await citizens.linked(instance: instance, subject: name) else { return nil }
      found = try await citizens.citizen(id)
    }
    return found.flatMap { $0.state == .active ? $0 : nil }
  }

  private func record(
    _ denial: Denial, _ instance: InstanceID, _ stored: StoredArrival, about subject: FiscalCode?, _ now: Instant
  ) async throws(StoreError) {
    try await AuditStore(ledger).record(
      AuditEntry(
        .denial, by: .citizen, about: subject,
        ["reason": denial.rawValue, "instance": instance.description, "client": stored.clientID], at: now))
  }

  private func sealed(_ arrival: Arrival, hash: [UInt8]) throws(OAuthError) -> SealedValue {
    do { return try arrival.sealed(arrivalSealer, hash: hash) } catch {
      throw OAuthError(.serverError, "the login cannot go on", reason: "\(error)")
    }
  }
}
