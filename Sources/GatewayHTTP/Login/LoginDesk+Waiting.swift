import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Sealing
import TokenService

/// A conversation that waits for somebody's return, and the browser in which that somebody confirms.
extension LoginDesk {
  /// Keeps the conversation until somebody has come back.
  func send(
    _ redirect: Redirect, _ memory: AuthenticationState, _ run: inout LoginRun
  ) async throws(OAuthError) -> ChallengeReply {
    guard let relay = run.conversation.relay, let instance = run.conversation.flow.conversing,
      // Nobody counts the attempts at a second factor that is shown elsewhere.
      authenticators[instance]?.descriptor.role == .primary
    else { throw OAuthError(.serverError, "the login cannot go on", reason: "a redirect where none can be") }
    let hash = TokenHash.of(relay)
    let number = String(10 + Int(world.random(2).reduce(0) { $0 << 8 | Int($1) }) % 90)
    let page = page(relay, instance.description)
    let view = RedirectView(url: redirect.url, form: redirect.form, page: page, number: number)
    run.conversation.redirect = view
    let client = run.request.client
    let arrival = Arrival(
      memory: memory.bytes, address: redirect.url, form: redirect.form,
      acr: rules.flow.context(for: instance, run.conversation.flow)?.acr,
      application: client.name.isEmpty ? client.id : client.name,
      number: number, isStepUp: run.conversation.session != nil,
      disposes: run.conversation.scope.services.contains { $0.right == .dispositive },
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
    run.taken = (hash, taken)
    run.conversation.redirect = nil
    if taken.state == .rejected { return .stepped(.denied(.cancelled)) }
    guard let arrival = Arrival.open(taken.sealed, arrivalSealer, hash: hash), let outcome = arrival.outcome,
      let identity = outcome.identity, taken.instance == instance.description
    else { return .failed }
    run.calledAt = outcome.at
    return .stepped(.verified(identity))
  }

  /// The page that a browser begins the step with.
  func page(_ relay: String, _ instance: String) -> String {
    "\(issuer)/login/\(isCard(instance) ? "cns" : "step")?relay_state=\(relay)"
  }

  private func isCard(_ instance: String) -> Bool {
    InstanceID(instance).flatMap { authenticators[$0] }?.descriptor.judgesCertificates == true
  }

  /// Where an open step leads; nil if it is unknown, over or complete.
  func destination(of relay: String) async throws(StoreError) -> Destination? {
    let hash = TokenHash.of(relay)
    guard let stored = try await arrivals.arrival(hash, at: world.now()),
      stored.state == .open || stored.state == .proposed
    else { return nil }
    return Arrival.open(stored.sealed, arrivalSealer, hash: hash).map { arrival in
      Destination(address: arrival.address, form: arrival.form, isCard: isCard(stored.instance))
    }
  }

  /// Binds a step to a browser.
  func bind(_ relay: String, to browser: [UInt8]) async throws(StoreError) -> Bool {
    try await arrivals.bind(TokenHash.of(relay), to: browser, at: world.now())
  }

  /// Somebody says that it is them, with the number that their application shows.
  func confirm(code: String, number: String, browser: String) async throws(StoreError) -> ArrivalConfirmation {
    try await arrivals.confirm(
      code: TokenHash.of(code), answer: LoginDesk.answer(number.filter { $0 != " " }, to: code),
      browser: TokenHash.of(browser), at: world.now())
  }

  /// Somebody says that it is not them.
  func reject(code: String, browser: String) async throws(StoreError) {
    try await arrivals.reject(
      code: TokenHash.of(code), browser: TokenHash.of(browser),
      audit: AuditEntry(.denial, by: .citizen, ["reason": "not-me"], at: world.now()))
  }

  /// What the store compares: worth nothing without the code, which is random.
  static func answer(_ number: String, to code: String) -> [UInt8] { TokenHash.of("\(code)\n\(number)") }

  private func sealed(_ arrival: Arrival, hash: [UInt8]) throws(OAuthError) -> SealedValue {
    do { return try arrival.sealed(arrivalSealer, hash: hash) } catch {
      throw OAuthError(.serverError, "the login cannot go on", reason: "\(error)")
    }
  }
}
