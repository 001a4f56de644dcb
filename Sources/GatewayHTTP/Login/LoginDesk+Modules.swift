import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Logging
import Sealing
import TokenService

extension LoginDesk {
  /// Begins with a module, and answers its first prompt at once where the request brought all of the answers.
  func begin(_ instance: InstanceID, _ purpose: LoginRequest.Purpose, _ run: inout LoginRun) async -> LoginFlow.Event {
    guard let module = authenticators[instance] else { return .failed }
    run.instance = instance
    let relay = Base64.urlEncode(world.random(32))
    run.conversation.beginModule(relay: relay)
    let login = LoginRequest(
      purpose: purpose, subject: run.conversation.subjectCode, attempt: run.request.attempt, relayState: relay,
      context: rules.flow.context(for: instance, run.conversation.flow), hasBrowser: run.conversation.hasBrowser)
    run.calledAt = world.now()
    let step = await guarded(instance, &run) { () throws(AuthenticatorFault) in
      try await call.step { () throws(AuthenticatorFault) in try await module.begin(login) }
    }
    if case .verified = step {
      logger.error("module verified somebody who had shown nothing", metadata: ["instance": "\(instance)"])
      return .failed
    }
    guard case .prompt(let prompt, let memory) = step, run.conversation.fields.isEmpty,
      let answer = run.request.answer(prompt.fields.map(\.name))
    else { return step.map(LoginFlow.Event.stepped) ?? .failed }
    // Later prompts of the same request must be asked: their answers cannot be in it.
    run.conversation.open(prompt)
    return await resume(instance, answer, memory, &run)
  }

  /// Gives a module the answer; attempts are counted here, but for those at a PIN, which the vault counts.
  func resume(
    _ instance: InstanceID, _ answer: LoginAnswer, _ memory: AuthenticationState, _ run: inout LoginRun
  ) async -> LoginFlow.Event {
    guard let module = authenticators[instance] else { return .failed }
    run.instance = instance
    run.calledAt = world.now()
    let isCounted = module.descriptor.attempts == .host
    if isCounted, await !nameAccount(answer, instance, &run) { return .stepped(.denied(.badCredentials)) }
    let ticket = isCounted ? await takeAttempt(instance, run) : nil
    let step = await guarded(instance, &run) { () throws(AuthenticatorFault) in
      try await call.step { () throws(AuthenticatorFault) in try await module.resume(answer, from: memory) }
    }
    guard isCounted else { return step.map(LoginFlow.Event.stepped) ?? .failed }
    return await settle(ticket, step, &run)
  }

  /// Turns a fault into nothing but the end of this login, and keeps what is wrong for the log.
  func guarded(
    _ instance: InstanceID, _ run: inout LoginRun,
    _ body: () async throws(AuthenticatorFault) -> AuthenticationStep
  ) async -> AuthenticationStep? {
    do throws(AuthenticatorFault) {
      let step = try await body()
      guard LoginDesk.isWithinLimits(step), isCountable(step, instance, run) else {
        logger.error("module answered beyond its limits", metadata: ["instance": "\(instance)"])
        return nil
      }
      return step
    } catch {
      note(error, of: instance, &run)
      return nil
    }
  }

  private func note(_ fault: AuthenticatorFault, of instance: InstanceID, _ run: inout LoginRun) {
    switch fault {
    case .busy(let seconds):
      run.busy = OAuthError(
        .temporarilyUnavailable, "too many logins at once; try again in a moment", reason: "busy", retryAfter: seconds)
    case .unavailable(let reason), .undecided(let reason):
      if case .undecided = fault { run.isUndecided = true }
      logger.error("module fault", metadata: ["instance": "\(instance)", "reason": "\(reason)"])
    }
  }

  private static func isWithinLimits(_ step: AuthenticationStep) -> Bool {
    switch step {
    case .prompt(let prompt, let memory):
      memory.bytes.count <= AuthenticationState.maximumBytes && !prompt.fields.isEmpty
        && prompt.fields.allSatisfy { !PromptField.reservedNames.contains($0.name) }
    case .redirect(_, let memory): memory.bytes.count <= AuthenticationState.maximumBytes
    case .verified, .denied: true
    }
  }

  /// Looks up whom a verified subject means: only an active citizen is anybody.
  func identify(_ identity: VerifiedIdentity, _ run: inout LoginRun) async throws(OAuthError) -> LoginFlow.Event {
    guard let instance = run.conversation.flow.identifyingInstance else { return .failed }
    var citizen = try await stored { () throws(StoreError) in try await self.citizen(identity.subject, of: instance) }
    if citizen == nil, run.conversation.isLinking { citizen = try await link(identity.subject, of: instance, run) }
    run.named = citizen
    if case .local(let name) = identity.subject {
      run.conversation.names.append(LinkedName(instance: instance, subject: name))
    }
    run.conversation.subject = citizen?.fiscalCode.rawValue
    return .identified(identity, as: citizen?.id, profiles: citizen?.profiles ?? [], at: run.calledAt)
  }
}
