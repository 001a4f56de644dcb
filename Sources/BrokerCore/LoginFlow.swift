public import AccessModel
public import AuthenticatorKit

/// The login as a pure state machine: an event goes in, an action comes out, and nothing is awaited.
///
/// The shell around it does what the action says (shows the prompt, asks the store who the subject is, opens the
/// session) and comes back with the next event. The state is a value that travels with the conversation, so that any
/// node can go on and several tabs do not disturb each other.
public struct LoginFlow: Sendable {
  let decision: AccessDecision
  let policy: RightsPolicy

  public init(catalogue: ServiceCatalogue, policy: RightsPolicy) {
    decision = AccessDecision(catalogue: catalogue, policy: policy)
    self.policy = policy
  }

  /// What the shell has to do next.
  public enum Action: Sendable, Equatable {
    /// Let the person choose one of these.
    case choose([InstanceID])
    case begin(InstanceID, LoginRequest.Purpose)
    case show(Prompt, AuthenticationState)
    case redirect(Redirect, AuthenticationState)
    /// Look up whom the subject means and come back with ``Event/identified(_:as:at:)``.
    case identify(VerifiedIdentity)
    /// Have the credential changed and come back with ``Event/upkeepDone(at:)``.
    case changeCredential(CredentialID)
    /// Open a session, or add to the one there is.
    case finish(CitizenID, adding: [Authentication])
    case deny(Denial)
  }

  /// What has happened.
  public enum Event: Sendable, Equatable {
    case started
    case chosen(InstanceID)
    case stepped(AuthenticationStep)
    /// The store's answer to ``Action/identify(_:)``; nil if it knows no such active citizen.
    case identified(VerifiedIdentity, as: CitizenID?, profiles: Set<ProfileID>, at: Instant)
    case upkeepDone(at: Instant)
    /// The module faulted, hung or answered nonsense (safety sentence 8).
    case failed
  }

  /// - Parameters:
  ///   - state: changed to what follows; an ended state answers every event with a denial.
  ///   - now: the present, to judge what is still missing.
  public func handle(_ event: Event, _ state: inout State, at now: Instant) -> Action {
    switch (state.phase, event) {
    case (.new, .started): return goOn(&state, at: now)
    case (.choosing(let offered), .chosen(let instance)):
      guard offered.contains(instance) else { return deny(.notAllowed, &state) }
      return begin(instance, &state)
    case (.conversing(let instance), .stepped(let step)): return stepped(step, instance, &state)
    case (.identifying(let instance), .identified(let identity, let citizen, let profiles, let at)):
      return identified(identity, instance, citizen, profiles, at, &state, now)
    case (.changing, .upkeepDone(let at)):
      state.upkeepDone(at: at)
      return nextFactor(&state, at: now)
    case (_, .failed): return deny(.moduleFault, &state)
    default: return deny(.cancelled, &state)
    }
  }

  /// Asks for what is missing, or ends the login where nothing is.
  private func goOn(_ state: inout State, at now: Instant) -> Action {
    guard let missing = missing(state, at: now) else {
      guard let citizen = state.citizen else { return deny(.badCredentials, &state) }
      state.phase = .ended
      return .finish(citizen, adding: state.gathered)
    }
    guard let wanted = state.wanted else { return offer(missing, &state) }
    state.wanted = nil
    // Where a login can begin anybody may ask to; a second factor only where it is what is missing.
    let isPrimary = policy.primaries.contains { $0.instance == wanted }
    return isPrimary || missing.contains(wanted) ? begin(wanted, &state) : deny(.notAllowed, &state)
  }

  /// Lets the person choose where there is a choice; the shell shows the instances in this order.
  private func offer(_ instances: [InstanceID], _ state: inout State) -> Action {
    guard let first = instances.first else { return deny(.notAllowed, &state) }
    if instances.count == 1 { return begin(first, &state) }
    state.phase = .choosing(instances)
    return .choose(instances)
  }

  private func begin(_ instance: InstanceID, _ state: inout State) -> Action {
    guard let row = policy.row(instance) else { return deny(.notAllowed, &state) }
    state.phase = .conversing(instance)
    guard row.isPrimary else { return .begin(instance, .secondFactor) }
    return .begin(instance, state.citizen == nil ? .firstLogin : .stepUp)
  }

  private func stepped(_ step: AuthenticationStep, _ instance: InstanceID, _ state: inout State) -> Action {
    switch step {
    case .prompt(let prompt, let memory): return .show(prompt, memory)
    case .redirect(let redirect, let memory): return .redirect(redirect, memory)
    case .denied(let denial): return deny(denial, &state)
    case .verified(let identity):
      state.phase = .identifying(instance)
      return .identify(identity)
    }
  }

  private func identified(
    _ identity: VerifiedIdentity, _ instance: InstanceID, _ citizen: CitizenID?, _ profiles: Set<ProfileID>,
    _ at: Instant, _ state: inout State, _ now: Instant
  ) -> Action {
    // A second factor only ever adds to somebody's login.
    guard let row = policy.row(instance), row.isPrimary || state.citizen != nil,
      let proof = LoginFlow.proof(identity, by: row, at: at)
    else { return deny(.notAllowed, &state) }
    switch SubjectRule.judge(identity.subject, by: row, found: citizen, signedIn: state.citizen) {
    case .failure(let error): return deny(error.denial, &state)
    case .success(let citizen):
      state.citizen = citizen
      state.profiles = profiles
    }
    guard state.add(proof, of: row) else { return deny(.notAllowed, &state) }
    if identity.upkeep == .changeRequired {
      // A module that asks for a change and does not say of what must not get its login past the change, nor may one
      // change take the place of another.
      guard let credential = identity.credential, state.upkeep == nil else { return deny(.notAllowed, &state) }
      state.upkeep = credential
    }
    return nextFactor(&state, at: now)
  }

  /// What a login was worth: neither more than the module says, nor more than the row of its instance.
  private static func proof(_ identity: VerifiedIdentity, by row: RightsPolicy.Row, at: Instant) -> Authentication? {
    guard let strength = row.strength(named: identity.acr) else { return nil }
    return Authentication(
      instance: row.instance, credential: identity.credential,
      level: min(identity.level ?? strength.level, strength.level), acr: strength.acr, amr: row.amr, at: at,
      right: min(identity.right ?? strength.right, strength.right))
  }

  /// Second factors first: whoever lacks one must not get as far as changing the credential.
  private func nextFactor(_ state: inout State, at now: Instant) -> Action {
    if let group = state.nextGroup {
      return offer(group.filter { policy.row($0)?.isPrimary == false }, &state)
    }
    guard let credential = state.upkeep else { return goOn(&state, at: now) }
    state.phase = .changing
    return .changeCredential(credential)
  }

  private func deny(_ denial: Denial, _ state: inout State) -> Action {
    state.phase = .ended
    return .deny(denial)
  }
}
