import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Logging
import Sealing
import TokenService

extension LoginDesk {
  /// Takes one step of a login: begins one, answers a prompt, or steps a session up.
  func answer(_ request: ChallengeRequest) async throws(OAuthError) -> ChallengeReply {
    guard request.client.isFirstParty, request.client.grants.contains(.authorizationCode) else {
      throw OAuthError(.unauthorizedClient, "the client is not registered for the login conversation")
    }
    guard let name = request.parameters["auth_session"] else { return try await begin(request, stepUpOf: nil) }
    if name.hasPrefix(AuthSession.session) {
      return try await begin(request, stepUpOf: try await session(name, request))
    }
    return try await goOn(name, request)
  }

  private func session(_ handle: String, _ request: ChallengeRequest) async throws(OAuthError) -> Session {
    let session = try await stored { () throws(StoreError) in
      try await sessions.session(handle: TokenHash.of(handle), client: request.client.id, at: world.now())
    }
    guard let session else { throw OAuthError(.invalidSession, "the session has ended; log in again") }
    return session
  }

  private func begin(_ request: ChallengeRequest, stepUpOf session: Session?) async throws(OAuthError) -> ChallengeReply
  {
    let terms = try request.terms(rules.catalogue)
    try demandSession(terms, session)
    let conversation = Conversation(
      flow: flow(terms, session), scope: terms.scope, resource: terms.resource, challenge: terms.challenge,
      session: session?.id, subject: session?.citizen.fiscalCode.rawValue, hasBrowser: terms.hasBrowser,
      isLinking: terms.isLinking)
    var run = LoginRun(conversation: conversation, request: request, expiresAt: world.now() + limits.conversation)
    return try await proceed(.started, &run)
  }

  private func flow(_ terms: ChallengeTerms, _ session: Session?) -> LoginFlow.State {
    let goal = terms.scope.services
    guard let session else {
      let fitting = rules.policy.primaries.filter { !terms.acrValues.filter($0.acrs.contains).isEmpty }.map(\.instance)
      return LoginFlow.State(
        goal: goal, candidates: fitting, acrValues: terms.acrValues, wanted: terms.wanted, maxAge: terms.maxAge)
    }
    // Whoever links has to log in through the instance, however much the session holds already.
    return LoginFlow.State(
      goal: goal, acrValues: terms.acrValues, wanted: terms.wanted, maxAge: terms.isLinking ? .zero : terms.maxAge,
      citizen: session.citizen.id, holder: session.holder)
  }

  private func goOn(_ name: String, _ request: ChallengeRequest) async throws(OAuthError) -> ChallengeReply {
    let hash = TokenHash.of(name)
    let stored: StoredConversation
    do {
      stored = try await conversations.consume(hash, client: request.client.id, at: world.now())
    } catch {
      guard error == .notFound else { throw .unavailable(error.description) }
      throw OAuthError(.invalidSession, "the conversation is over or was answered already; begin again")
    }
    guard let conversation = Conversation.open(stored.sealed, sealer, hash: hash) else {
      throw OAuthError(.invalidSession, "the conversation is over; begin again", reason: "does not open")
    }
    var run = LoginRun(conversation: conversation, request: request, expiresAt: stored.expiresAt)
    do {
      return try await proceed(try await event(&run), &run)
    } catch {
      // Overload is not the person's fault: the same answer may be sent again.
      if error.code == .temporarilyUnavailable { await putBack(stored, hash: hash, run) }
      throw error
    }
  }

  /// With what somebody has brought back, which was taken for this very step.
  private func putBack(_ stored: StoredConversation, hash: [UInt8], _ run: LoginRun) async {
    do { try await conversations.insert(stored, hash: hash, arrival: run.taken) } catch {
      logger.warning("a conversation is lost", metadata: ["reason": "\(error)"])
    }
  }

  /// What the request means to an open conversation.
  private func event(_ run: inout LoginRun) async throws(OAuthError) -> LoginFlow.Event? {
    if let offered = run.conversation.flow.offered {
      if let choice = run.request.parameters["authenticator"].flatMap({ InstanceID($0) }) { return .chosen(choice) }
      run.question = LoginDesk.choice(offered)
      return nil
    }
    if run.conversation.flow.isChanging { return try await changePIN(&run) }
    guard let instance = run.conversation.flow.conversing else { return .failed }
    if run.conversation.redirect != nil { return try await arrival(instance, &run) }
    let memory = AuthenticationState(bytes: run.conversation.memory)
    return await resume(instance, run.request.partialAnswer(run.conversation.fields), memory, &run)
  }

  /// Lets the flow decide and does what it says, until something has to be asked or the login is over.
  func proceed(_ first: LoginFlow.Event?, _ run: inout LoginRun) async throws(OAuthError) -> ChallengeReply {
    guard var event = first else {
      if run.conversation.redirect != nil { return try await sendAgain(run) }
      return try await ask(run.question ?? PromptView(id: "again"), &run)
    }
    while true {
      if let fault = run.busy { throw fault }
      let action = rules.flow.handle(event, &run.conversation.flow, at: world.now())
      if case .identified = event { try await settleProof(action, &run) }
      switch action {
      case .choose(let instances):
        return try await ask(LoginDesk.choice(instances), &run)
      case .begin(let instance, let purpose): event = await begin(instance, purpose, &run)
      case .show(let prompt, let memory): return try await ask(prompt, memory, &run)
      case .redirect(let redirect, let memory): return try await send(redirect, memory, &run)
      case .identify(let identity): event = try await identify(identity, &run)
      case .changeCredential: return try await proposePIN(&run)
      case .finish(let citizen, let added): return try await finish(citizen, added, &run)
      case .deny(let denial): throw try await refuse(denial, &run)
      }
    }
  }
}

/// The names that travel as `auth_session`; the prefix says what is meant, the rest is 256 random bits.
enum AuthSession {
  static let conversation = "c."
  static let session = "s."
}

/// One request's way through a conversation.
struct LoginRun {
  var conversation: Conversation
  let request: ChallengeRequest
  let expiresAt: Instant
  /// When the open module was called: the time of the authentication that it may bring.
  var calledAt = Instant(milliseconds: 0)
  /// The module that was asked last, for the record of a refusal.
  var instance: InstanceID?
  /// The attempt whose answer was right, until it is known whose it is.
  var proven: AttemptTicket?
  /// Whether the last answer may have been judged, though nobody knows how.
  var isUndecided = false
  /// Set where a module is too busy, which is nobody's denial.
  var busy: OAuthError?
  /// What somebody has brought back from elsewhere, with its hash.
  var taken: (hash: [UInt8], stored: StoredArrival)?
  /// What to ask again, where an answer was no step.
  var question: PromptView?
  /// Whom the newest module has named, as the store knows them.
  var named: Citizen?
}

extension LoginDesk {
  func stored<Value>(_ body: () async throws(StoreError) -> Value) async throws(OAuthError) -> Value {
    do { return try await body() } catch { throw .unavailable(error.description) }
  }
}
