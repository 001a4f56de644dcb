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
  /// Somebody has come back with a certificate, or without one. Only a module that judges certificates is asked: to any
  /// other it would be no proof of anything, and no browser would have been bound.
  /// - Parameter isBrowser: a person with a browser confirms on the main host; a program has completed the step.
  func arrive(
    _ relay: String, with certificate: ClientCertificate?, isBrowser: Bool
  ) async throws(StoreError) -> ArrivalReply {
    let hash = TokenHash.of(relay)
    guard let known = try await arrivals.arrival(hash, at: world.now()) else { return .unknown }
    if isBrowser, known.browser == nil { return .page(page(relay, known.instance)) }
    guard isBrowser || known.browser == nil else { return .unknown }
    guard let certificate else { return .denied(LoginDesk.nothingShown) }
    // Counted before it is looked at; who shows nothing costs nothing and is not recorded.
    guard let stored = try await arrivals.attempt(hash, at: world.now()), let instance = InstanceID(stored.instance),
      let module = authenticators[instance], module.descriptor.judgesCertificates,
      let arrival = Arrival.open(stored.sealed, arrivalSealer, hash: hash)
    else { return .unknown }
    let memory = AuthenticationState(bytes: arrival.memory)
    let step = await judged(LoginAnswer([:], certificate: certificate), by: module, memory, instance)
    guard let step else { return .unavailable }
    let back = Back(hash: hash, stored: stored, arrival: arrival, instance: instance, isBrowser: isBrowser)
    return try await settle(step, back, provenAt: certificate.provenAt)
  }

  /// A browser has come back from a page of somebody else's, with parameters.
  /// - Parameter browser: the browser's cookie, which the step has to be bound to.
  func comeBack(
    _ relay: String, with answer: LoginAnswer, browser: String?
  ) async throws(StoreError) -> ArrivalReply {
    let hash = TokenHash.of(relay)
    guard let known = try await arrivals.arrival(hash, at: world.now()) else { return .unknown }
    guard let bound = known.browser else { return .page(page(relay, known.instance)) }
    guard let browser, constantTimeEqual(bound, TokenHash.of(browser)),
      let stored = try await arrivals.attempt(hash, at: world.now()), let instance = InstanceID(stored.instance),
      let module = authenticators[instance], !module.descriptor.judgesCertificates,
      let arrival = Arrival.open(stored.sealed, arrivalSealer, hash: hash)
    else { return .unknown }
    guard let step = await judged(answer, by: module, AuthenticationState(bytes: arrival.memory), instance) else {
      return .unavailable
    }
    let back = Back(hash: hash, stored: stored, arrival: arrival, instance: instance, isBrowser: true)
    let reply = try await settle(step, back, provenAt: nil)
    if case .denied = reply { try await beginAgain(relay, arrival, of: instance, in: bound) }
    return reply
  }

  /// Somebody wants to know whether a card would do: nobody is looked up, nothing is kept, nobody is logged in.
  func tryOut(_ certificate: ClientCertificate?) async -> ArrivalReply {
    guard let certificate else { return .denied(LoginDesk.nothingShown) }
    let judges = rules.policy.primaries.map(\.instance).filter {
      authenticators[$0]?.descriptor.judgesCertificates == true
    }
    guard let instance = judges.first, let module = authenticators[instance],
      case .redirect(_, let memory) = try? await module.begin(LoginRequest(purpose: .firstLogin))
    else { return .unknown }
    switch await judged(LoginAnswer([:], certificate: certificate), by: module, memory, instance) {
    case .verified: return .works
    case .denied(let denial): return .denied(denial)
    case .prompt, .redirect, nil: return .unavailable
    }
  }

  static let nothingShown = Denial.certificate(
    "certificate-missing", "no certificate was shown: put the card into the reader and choose its certificate")

  /// What a module says to what somebody has brought back; nil where it cannot say.
  private func judged(
    _ answer: LoginAnswer, by module: any Authenticator, _ memory: AuthenticationState,
    _ instance: InstanceID
  ) async -> AuthenticationStep? {
    do throws(AuthenticatorFault) {
      let step = try await call.step { () throws(AuthenticatorFault) in
        try await module.resume(answer, from: memory)
      }
      switch step {
      case .verified, .denied: return step
      case .prompt, .redirect:
        logger.error("module answered a return with a question", metadata: ["instance": "\(instance)"])
      }
    } catch {
      if let reason = error.reason {
        logger.error("module fault", metadata: ["instance": "\(instance)", "reason": "\(reason)"])
      }
    }
    return nil
  }

  /// A return that is being looked at.
  private struct Back {
    let hash: [UInt8]
    let stored: StoredArrival
    var arrival: Arrival
    let instance: InstanceID
    let isBrowser: Bool
  }

  private func settle(
    _ step: AuthenticationStep, _ back: Back, provenAt: Instant?
  ) async throws(StoreError) -> ArrivalReply {
    let now = world.now()
    guard case .verified(let identity) = step else {
      guard case .denied(let denial) = step else { return .unavailable }
      return try await denied(denial, back, about: nil, now)
    }
    let found = try await citizen(identity.subject, of: back.instance)
    switch try await ruled(identity.subject, back, found) {
    case .failure(let error): return try await denied(words(error.denial, back), back, about: found?.fiscalCode, now)
    case .success:
      guard let found else { return .unavailable }
      var complete = back
      // The proof is as old as the handshake, however late it is shown here (rule R1).
      complete.arrival.outcome = Arrival.Outcome(identity, at: min(now, provenAt ?? now))
      return try await keep(complete, of: found, now)
    }
  }

  /// The one rule of who a subject is, asked early, so that the page tells nobody more than the login would.
  private func ruled(
    _ subject: VerifiedIdentity.Subject, _ back: Back, _ found: Citizen?
  ) async throws(StoreError) -> Result<CitizenID, DenialError> {
    guard let row = rules.policy.row(back.instance) else { return .failure(DenialError(.notAllowed)) }
    var signedIn: Citizen?
    if let code = back.arrival.subject.flatMap({ try? FiscalCode($0) }) {
      signedIn = try await citizens.citizen(with: code)
      guard signedIn != nil else { return .failure(DenialError(.notAllowed)) }
    }
    return SubjectRule.judge(subject, by: row, found: found?.id, signedIn: signedIn?.id)
  }

  /// The words for whoever has proven to be somebody, and is nobody here, or somebody else.
  private func words(_ denial: Denial, _ back: Back) -> Denial {
    guard authenticators[back.instance]?.descriptor.judgesCertificates == true else {
      return elsewhereWords(denial, back.instance)
    }
    return switch denial {
    case .badCredentials:
      .certificate("not-registered", "the certificate is good, and its holder is not in the registry of this service")
    case .anotherPerson:
      .certificate("another-person", "the certificate is good, and its holder is not the person who is signed in")
    default: denial
    }
  }

  /// A subject of the module's own that nobody is linked to is told nothing; a citizen's code was proven elsewhere.
  private func elsewhereWords(_ denial: Denial, _ instance: InstanceID) -> Denial {
    guard rules.policy.row(instance)?.assertsFiscalCode == true else { return denial }
    return switch denial {
    case .badCredentials:
      .explained(
        "identity-not-registered", "the identity is good, and its holder is not in the registry of this service",
        facts: ["italian": "L'identità è valida, ma il suo titolare non è nell'anagrafe di questo servizio."])
    case .anotherPerson:
      .explained(
        "identity-another-person", "the identity is good, and its holder is not the person who is signed in",
        facts: ["italian": "L'identità è valida, ma è di una persona diversa da quella che ha fatto l'accesso."])
    default: denial
    }
  }

  private func denied(
    _ denial: Denial, _ back: Back, about subject: FiscalCode?, _ now: Instant
  ) async throws(StoreError) -> ArrivalReply {
    let details = ["reason": denial.rawValue, "instance": back.stored.instance, "client": back.stored.clientID]
    try await AuditStore(ledger).record(AuditEntry(.denial, by: .citizen, about: subject, details, at: now))
    return .denied(denial)
  }

  private func keep(_ back: Back, of citizen: Citizen, _ now: Instant) async throws(StoreError) -> ArrivalReply {
    let sealed: SealedValue
    do { sealed = try back.arrival.sealed(arrivalSealer, hash: back.hash) } catch { throw .unavailable("\(error)") }
    guard back.isBrowser else {
      return try await arrivals.complete(back.hash, sealed, at: now) ? .completed : .unknown
    }
    let code = Base64.urlEncode(world.random(32))
    let isKept = try await arrivals.propose(
      back.hash, sealed, code: TokenHash.of(code), answer: LoginDesk.answer(back.arrival.number, to: code), at: now)
    guard isKept else { return .unknown }
    return .proposed(
      ArrivalProposal(
        name: "\(citizen.givenName) \(citizen.familyName)",
        lastCharacters: String(citizen.fiscalCode.rawValue.suffix(4)), application: back.arrival.application,
        isStepUp: back.arrival.isStepUp, disposes: back.arrival.disposes, code: code))
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
}
