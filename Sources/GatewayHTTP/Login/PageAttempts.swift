import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Sealing

/// The one counter of attempts, for the pages of an instance: an account has one lock, whether its secret is guessed there
/// or in answers to prompts.
struct PageAttempts: AttemptCounter {
  let desk: LoginDesk
  let instance: InstanceID
  let attempt: AttemptContext

  func counted<Value: Sendable>(
    _ account: String,
    _ compare: @Sendable () async throws(AuthenticatorFault) -> (value: Value, outcome: AttemptOutcome)
  ) async throws(AuthenticatorFault) -> Value? {
    guard AccountName.isOne(account) else { return nil }
    let counted = await desk.counted(account, instance)
    let ticket = try await take(counted)
    guard ticket.won else {
      try await record(.locked, counted)
      return nil
    }
    let (value, outcome) = try await compared(compare, ticket)
    try await settle(ticket, outcome, counted)
    return value
  }

  /// What was not judged is no guess: the attempt is given back.
  private func compared<Value: Sendable>(
    _ compare: @Sendable () async throws(AuthenticatorFault) -> (value: Value, outcome: AttemptOutcome),
    _ ticket: AttemptTicket
  ) async throws(AuthenticatorFault) -> (value: Value, outcome: AttemptOutcome) {
    do throws(AuthenticatorFault) { return try await compare() } catch {
      if case .undecided = error { throw error }
      try? await desk.attempts.release(ticket)
      throw error
    }
  }

  private func take(_ counted: CountedAccount) async throws(AuthenticatorFault) -> AttemptTicket {
    let bucket = await desk.bucket(of: counted.citizen.map { CitizenID($0) }, attempt)
    return try await stored { () throws(StoreError) in
      try await desk.attempts.take(
        subject: counted.subject, bucket: bucket, attempt: Base64.urlEncode(desk.world.random(16)),
        at: desk.world.now())
    }
  }

  private func settle(
    _ ticket: AttemptTicket, _ outcome: AttemptOutcome, _ counted: CountedAccount
  ) async throws(AuthenticatorFault) {
    switch outcome {
    case .wrong: try await record(.badCredentials, counted)
    case .undecided: try await stored { () throws(StoreError) in try await desk.attempts.release(ticket) }
    case .proven: try await stored { () throws(StoreError) in try await desk.attempts.clear(ticket) }
    }
  }

  private func record(_ denial: Denial, _ counted: CountedAccount) async throws(AuthenticatorFault) {
    let details = ["reason": denial.rawValue, "instance": instance.description, "account": counted.tag]
    let entry = AuditEntry(.denial, by: .citizen, details, at: desk.world.now())
    try await stored { () throws(StoreError) in try await AuditStore(desk.ledger).record(entry) }
  }

  private func stored<Value>(
    _ body: () async throws(StoreError) -> Value
  ) async throws(AuthenticatorFault) -> Value {
    do { return try await body() } catch { throw .unavailable("the store: \(error)") }
  }
}
