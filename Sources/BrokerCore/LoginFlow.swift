public import AccessModel
public import AuthenticatorKit

/// The login as a pure state machine: an event goes in, an action comes out, and nothing is awaited.
///
/// The shell around it does what the action says (shows the prompt, asks the store who the subject is, opens the
/// session) and comes back with the next event. The state is a value that travels with the conversation, so that any
/// node can go on and several tabs do not disturb each other.
public struct LoginFlow: Sendable {
  private let decision: AccessDecision
  private let policy: RightsPolicy

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
      return begin(instance, state.citizen == nil ? .firstLogin : .stepUp, &state)
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

  /// The instances that the person may begin with, given what is missing; the shell shows them in this order.
  private func goOn(_ state: inout State, at now: Instant) -> Action {
    guard let missing = missing(state, at: now) else {
      guard let citizen = state.citizen else { return deny(.badCredentials, &state) }
      state.phase = .ended
      return .finish(citizen, adding: state.gathered)
    }
    if let wanted = state.wanted {
      state.wanted = nil
      guard policy.primaries.contains(where: { $0.instance == wanted }) else { return deny(.notAllowed, &state) }
      return begin(wanted, state.citizen == nil ? .firstLogin : .stepUp, &state)
    }
    guard !missing.isEmpty else { return deny(.notAllowed, &state) }
    if missing.count == 1 { return begin(missing[0], state.citizen == nil ? .firstLogin : .stepUp, &state) }
    state.phase = .choosing(missing)
    return .choose(missing)
  }

  /// Which instances would bring what is still missing; nil if nothing is, or nothing that a login could bring.
  private func missing(_ state: State, at now: Instant) -> [InstanceID]? {
    guard state.citizen != nil else {
      let all = policy.primaries.map(\.instance)
      let fitting = all.filter { instance in state.candidates.isEmpty || state.candidates.contains(instance) }
      return fitting.isEmpty ? all : fitting
    }
    let holder = AccessHolder(authentications: state.existing + state.gathered, profiles: state.profiles)
    for scope in state.goal {
      guard case .refused(let refusal) = decision.judge(scope, for: holder, at: now), let enough = refusal.enough else {
        continue
      }
      // Somebody who has just used one of them and still has not enough would go round in circles.
      let used = Set(state.gathered.map(\.instance))
      let left = enough.instances.filter { !used.contains($0) }
      if !left.isEmpty { return left }
    }
    // Whoever has logged in within this very conversation is as recent as can be: `max_age=0` must not go round.
    if let age = state.maxAge, state.gathered.isEmpty, !isRecent(holder, age, now) {
      return policy.primaries.map(\.instance)
    }
    return nil
  }

  private func isRecent(_ holder: AccessHolder, _ age: TimeSpan, _ now: Instant) -> Bool {
    guard let latest = holder.latest else { return false }
    return latest.at <= now + AccessDecision.clockSkew && now < latest.at + age
  }

  private func begin(_ instance: InstanceID, _ purpose: LoginRequest.Purpose, _ state: inout State) -> Action {
    state.phase = .conversing(instance)
    return .begin(instance, purpose)
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
    guard let row = policy.row(instance) else { return deny(.notAllowed, &state) }
    switch SubjectRule.judge(identity.subject, by: row, found: citizen, signedIn: state.citizen) {
    case .failure(let error): return deny(error.denial, &state)
    case .success(let citizen):
      state.citizen = citizen
      state.profiles = profiles
    }
    state.gathered.append(
      Authentication(
        instance: instance, credential: identity.credential, level: min(identity.level ?? row.level, row.level),
        acr: row.acr, amr: row.amr, at: at,
        right: min(identity.right ?? row.ceiling, row.ceiling)))
    if row.isPrimary { state.pending = row.followedBy }
    if identity.upkeep == .changeRequired {
      // A module that asks for a change and does not say of what must not get its login past the change.
      guard let credential = identity.credential else { return deny(.notAllowed, &state) }
      state.upkeep = credential
    }
    return nextFactor(&state, at: now)
  }

  /// Second factors first: whoever lacks one must not get as far as changing the credential.
  private func nextFactor(_ state: inout State, at now: Instant) -> Action {
    if !state.pending.isEmpty { return begin(state.pending.removeFirst(), .secondFactor, &state) }
    guard let credential = state.upkeep else { return goOn(&state, at: now) }
    state.phase = .changing
    return .changeCredential(credential)
  }

  private func deny(_ denial: Denial, _ state: inout State) -> Action {
    state.phase = .ended
    return .deny(denial)
  }
}
