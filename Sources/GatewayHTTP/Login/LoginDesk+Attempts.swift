import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import PINService
import Sealing
import TokenService

/// What attempts are counted by as long as no citizen is known.
struct CountedAccount: Codable, Sendable, Equatable {
  /// Of the attempt store: the citizen whom the account means, or a keyed hash of its name.
  let subject: String
  /// The keyed hash, for the audit log: the same for the same account, and no name.
  let tag: String
  /// The citizen, if the account is linked to one or is a citizen's fiscal code: the owner's devices have buckets.
  let citizen: String?
}

/// Counting for every module that has no vault, wherever it runs: the same counter, the same lock, the same refusal.
extension LoginDesk {
  /// After so many prompts a conversation is over: no login needs more.
  static let maximumPrompts = 10
  /// How often the same prompt may be asked again before that counts as a failure: to say what is malformed takes a try
  /// or two, and more would be guesses that nobody counts.
  static let maximumRepeats = 3

  /// Remembers by what this conversation's attempts are counted, once an account is named: whoever is signed in may name
  /// somebody else's, and guesses at that one are counted there.
  /// - Returns: false for a name that is none, which no module gets to see.
  func nameAccount(_ answer: LoginAnswer, _ instance: InstanceID, _ run: inout LoginRun) async -> Bool {
    let typed = run.conversation.accountFields.compactMap { answer[$0] }.first
    guard let typed else { return true }
    guard AccountName.isOne(typed) else { return false }
    run.conversation.account = await counted(typed, instance)
    return true
  }

  /// By what attempts at an account are counted, wherever somebody has named it.
  func counted(_ account: String, _ instance: InstanceID) async -> CountedAccount {
    let name = AccountName.folded(account)
    let tag = Base64.urlEncode(accountNames.tag(Array("\(instance)\n\(name)".utf8)))
    let owner = await owner(of: account, name, tag, instance)
    return CountedAccount(
      subject: owner.map { "\(instance):\($0)" } ?? "\(instance):account:\(tag)", tag: tag,
      citizen: owner?.description)
  }

  /// Whom an account means: by its link, by the login that it last ended in, or as a fiscal code. None of the answers
  /// leaves this place.
  private func owner(of typed: String, _ name: String, _ tag: String, _ instance: InstanceID) async -> CitizenID? {
    for subject in typed == name ? [name] : [typed, name] {
      if let linked = try? await citizens.linked(instance: instance, subject: subject) { return linked }
    }
    if let known = try? await citizens.owner(ofAccount: tag, at: instance) { return known }
    guard let code = try? FiscalCode(name) else { return nil }
    return (try? await citizens.citizen(with: code))?.id
  }

  /// Takes the one attempt that is free (safety sentence 1). Nil where there is nothing to count by, or no store.
  func takeAttempt(_ instance: InstanceID, _ run: LoginRun) async -> AttemptTicket? {
    // A second factor is about the citizen of the login, whatever name it asks for.
    let account = rules.policy.row(instance)?.isPrimary == true ? run.conversation.account : nil
    let citizen = account.map { $0.citizen.map { CitizenID($0) } } ?? run.conversation.flow.citizen
    guard let subject = account?.subject ?? citizen.map({ "\(instance):\($0)" }) else { return nil }
    return try? await attempts.take(
      subject: subject, bucket: await bucket(of: citizen, run.request.attempt),
      attempt: Base64.urlEncode(world.random(16)),
      at: world.now())
  }

  /// A known device has its own bucket here as well (safety sentence 2).
  func bucket(of citizen: CitizenID?, _ attempt: AttemptContext) async -> String {
    guard let citizen else { return AttemptStore.nobodysBucket }
    guard let device = DeviceTag(attempt),
      (try? await devices.knows(device.hash, for: citizen, at: world.now())) == true
    else { return DeviceTag.shared }
    return device.bucket
  }

  /// The module has answered, and what it said counts only if the attempt was ours to make: from outside a lock looks
  /// like a wrong answer (rule R9).
  func settle(_ ticket: AttemptTicket?, _ step: AuthenticationStep?, _ run: inout LoginRun) async -> LoginFlow.Event {
    // To be asked the next question would tell that this secret was right.
    if step != nil, run.conversation.asksSecret, ticket?.won == false { return .stepped(.denied(.locked)) }
    switch step {
    case nil:
      if let ticket, !run.isUndecided { try? await attempts.release(ticket) }
      return .failed
    case .prompt(let prompt, _):
      guard run.conversation.asks(prompt) else { return .stepped(.denied(.badCredentials)) }
      fallthrough
    case .redirect, .denied(.notEnrolled), .denied(.cancelled):
      if let ticket { try? await attempts.release(ticket) }
      return step.map(LoginFlow.Event.stepped) ?? .failed
    case .verified(let identity):
      guard let ticket, ticket.won else { return .stepped(.denied(.locked)) }
      run.proven = ticket
      return .stepped(.verified(identity))
    case .denied(let denial): return .stepped(.denied(ticket?.won == true ? denial : .locked))
    }
  }

  /// Forgets the failures once the login has turned out to be the right person's. Whoever has proven to be nobody, or
  /// somebody else than is signed in, has guessed at an account that is not theirs.
  func settleProof(_ action: LoginFlow.Action, _ run: inout LoginRun) async throws(OAuthError) {
    guard let ticket = run.proven else { return }
    run.proven = nil
    if case .deny = action { return }
    let account = run.conversation.account
    let citizen = run.conversation.flow.citizen
    try await stored { () throws(StoreError) in
      try await attempts.clear(ticket)
      // So that a stranger's guesses at this name do not lock the owner's own devices (safety sentence 2).
      if let account, account.citizen == nil, let citizen, let instance = run.instance {
        try await citizens.remember(account: account.tag, at: instance, isOf: citizen)
      }
    }
  }

  /// Whether somebody's guesses at what a prompt asks for could be counted: a secret needs an account that is named, in
  /// this prompt or before.
  func isCountable(_ step: AuthenticationStep, _ instance: InstanceID, _ run: LoginRun) -> Bool {
    guard case .prompt(let prompt, _) = step, authenticators[instance]?.descriptor.attempts == .host,
      run.conversation.flow.citizen == nil, run.conversation.account == nil
    else { return true }
    let kinds = prompt.fields.map(\.kind)
    guard kinds.count(where: { $0 == .account }) <= 1 else { return false }
    return kinds.contains(.account) || !(kinds.contains(.secret) || kinds.contains(.code))
  }
}

extension Conversation {
  /// Another module's prompts and accounts are not this one's.
  mutating func beginModule(relay: String) {
    self.relay = relay
    account = nil
    accountFields = []
    asksSecret = false
    promptID = nil
    repeats = 0
  }

  /// Remembers what the open prompt asks for.
  mutating func open(_ prompt: Prompt) {
    fields = prompt.fields.map(\.name)
    accountFields = prompt.fields.filter { $0.kind == .account }.map(\.name)
    asksSecret = prompt.fields.contains { $0.kind == .secret || $0.kind == .code }
    promptID = prompt.id
  }

  /// Notes one more prompt.
  /// - Returns: false if there were too many, or if the same one was asked too often.
  mutating func asks(_ prompt: Prompt) -> Bool {
    prompts += 1
    repeats = prompt.id == promptID ? repeats + 1 : 0
    return prompts < LoginDesk.maximumPrompts && repeats <= LoginDesk.maximumRepeats
  }
}
