import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Logging
import PINService
import Sealing
import TokenService

extension LoginDesk {
  /// Begins with a module, and answers its first prompt at once where the request brought all of the answers.
  func begin(_ instance: InstanceID, _ purpose: LoginRequest.Purpose, _ run: inout LoginRun) async -> LoginFlow.Event {
    guard let module = authenticators[instance] else { return .failed }
    let relay = Base64.urlEncode(world.random(32))
    run.conversation.relay = relay
    let login = LoginRequest(
      purpose: purpose, subject: run.conversation.subjectCode, attempt: run.request.attempt, relayState: relay)
    run.calledAt = world.now()
    let step = await guarded(instance, &run) { () throws(AuthenticatorFault) in
      try await call.step { () throws(AuthenticatorFault) in try await module.begin(login) }
    }
    guard case .prompt(let prompt, let memory) = step, run.conversation.fields.isEmpty,
      let answer = run.request.answer(prompt.fields.map(\.name))
    else { return step.map(LoginFlow.Event.stepped) ?? .failed }
    // Later prompts of the same request must be asked: their answers cannot be in it.
    run.conversation.fields = prompt.fields.map(\.name)
    return await resume(instance, answer, memory, &run)
  }

  /// Gives a module the answer; attempts at a second factor are counted here, those at a PIN by the vault.
  func resume(
    _ instance: InstanceID, _ answer: LoginAnswer, _ memory: AuthenticationState, _ run: inout LoginRun
  ) async -> LoginFlow.Event {
    guard let module = authenticators[instance] else { return .failed }
    run.calledAt = world.now()
    let isCounted = module.descriptor.role == .secondFactor
    let ticket = isCounted ? await takeAttempt(instance, run) : nil
    let step = await guarded(instance, &run) { () throws(AuthenticatorFault) in
      try await call.step { () throws(AuthenticatorFault) in try await module.resume(answer, from: memory) }
    }
    guard isCounted else { return step.map(LoginFlow.Event.stepped) ?? .failed }
    return await settle(ticket, step)
  }

  /// A known device has its own bucket here as well (safety sentence 2).
  private func takeAttempt(_ instance: InstanceID, _ run: LoginRun) async -> AttemptTicket? {
    guard let citizen = run.conversation.flow.citizen else { return nil }
    var bucket = DeviceTag.shared
    if let device = DeviceTag(run.request.attempt),
      (try? await devices.knows(device.hash, for: citizen, at: world.now())) == true
    {
      bucket = device.bucket
    }
    return try? await attempts.take(
      subject: "\(instance):\(citizen)", bucket: bucket, attempt: Base64.urlEncode(world.random(16)), at: world.now())
  }

  /// The module has answered, and what it said counts only if the attempt was ours to make: from outside a lock looks
  /// like a wrong answer (rule R9).
  private func settle(_ ticket: AttemptTicket?, _ step: AuthenticationStep?) async -> LoginFlow.Event {
    guard let step else {
      if let ticket { try? await attempts.release(ticket) }
      return .failed
    }
    switch step {
    case .prompt, .redirect, .denied(.notEnrolled), .denied(.cancelled):
      if let ticket { try? await attempts.release(ticket) }
      return .stepped(step)
    case .verified:
      guard let ticket, ticket.won else { return .stepped(.denied(.locked)) }
      guard (try? await attempts.clear(ticket)) != nil else { return .failed }
      return .stepped(step)
    case .denied: return .stepped(ticket?.won == true ? step : .denied(.locked))
    }
  }

  /// Turns a fault into nothing but the end of this login, and keeps what is wrong for the log.
  func guarded(
    _ instance: InstanceID, _ run: inout LoginRun,
    _ body: () async throws(AuthenticatorFault) -> AuthenticationStep
  ) async -> AuthenticationStep? {
    do throws(AuthenticatorFault) {
      let step = try await body()
      guard LoginDesk.isWithinLimits(step) else {
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
    case .unavailable(let reason):
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
    let citizen = try await stored { () throws(StoreError) in try await self.citizen(identity.subject, of: instance) }
    run.named = citizen
    run.conversation.subject = citizen?.fiscalCode.rawValue
    return .identified(identity, as: citizen?.id, profiles: citizen?.profiles ?? [], at: run.calledAt)
  }
}
