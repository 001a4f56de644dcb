public import AccessModel
public import AuthenticatorKit

/// When a PIN may be used, and when it has to be changed (spec 6.2 and 6.4).
///
/// Time alone makes these states, so none of them is stored: they are judged at the moment of asking.
public struct PINPolicy: Sendable, Equatable {
  /// How long an issued PIN waits for its first use; nil for ever.
  public let activation: TimeSpan?
  /// How long a PIN may lie unused; nil for ever.
  public let inactivity: TimeSpan?
  /// After how long a citizen has to change the PIN; nil for never.
  public let citizenValidity: TimeSpan?
  /// The same for somebody whose profile is `intermediary`; nil for never.
  public let intermediaryValidity: TimeSpan?

  public init(
    activation: TimeSpan? = .days(90), inactivity: TimeSpan? = .days(180), citizenValidity: TimeSpan? = .days(180),
    intermediaryValidity: TimeSpan? = .days(90)
  ) {
    self.activation = activation
    self.inactivity = inactivity
    self.citizenValidity = citizenValidity
    self.intermediaryValidity = intermediaryValidity
  }

  /// What an active PIN is good for at a moment, before anybody asks whether the secret was right.
  public func judge(_ facts: PINFacts, at now: Instant) -> PINVerdict {
    if facts.lastUsedAt == nil, facts.form == .issued, isOver(activation, since: facts.createdAt, at: now) {
      return .unusable(.notActivated)
    }
    let lastSign = facts.lastUsedAt ?? facts.changedAt ?? facts.createdAt
    if isOver(inactivity, since: lastSign, at: now) { return .unusable(.unused) }
    return .usable(upkeep(facts, at: now))
  }

  private func upkeep(_ facts: PINFacts, at now: Instant) -> CredentialUpkeep {
    guard facts.form == .changed else { return .changeRequired }
    let validity =
      facts.profiles.contains { $0.description == PINPolicy.intermediary } ? intermediaryValidity : citizenValidity
    return isOver(validity, since: facts.changedAt ?? facts.createdAt, at: now) ? .changeRequired : .none
  }

  private func isOver(_ span: TimeSpan?, since begin: Instant, at now: Instant) -> Bool {
    span.map { now - begin > $0 } ?? false
  }

  /// The profile of patronati and CAF.
  private static let intermediary = "intermediary"
}

/// What the judgement needs to know of a PIN and its owner.
public struct PINFacts: Sendable, Equatable {
  public let form: PINForm
  public let createdAt: Instant
  public let changedAt: Instant?
  public let lastUsedAt: Instant?
  public let profiles: Set<ProfileID>

  public init(
    form: PINForm, createdAt: Instant, changedAt: Instant?, lastUsedAt: Instant?, profiles: Set<ProfileID>
  ) {
    self.form = form
    self.createdAt = createdAt
    self.changedAt = changedAt
    self.lastUsedAt = lastUsedAt
    self.profiles = profiles
  }
}

/// Which of its two forms a PIN has.
public enum PINForm: String, Sendable, Equatable, CaseIterable {
  /// 16 characters, as it was issued; good for one thing, to be changed.
  case issued
  /// 8 characters, since the first change.
  case changed
}

/// What ``PINPolicy/judge(_:at:)`` answers.
public enum PINVerdict: Sendable, Equatable {
  case usable(CredentialUpkeep)
  case unusable(PINUnusable)
}

/// Why an active PIN lets nobody in. The raw value is for the audit log and the counter, never for the person at the
/// login (rule R9).
public enum PINUnusable: String, Sendable, Equatable, CaseIterable {
  /// Issued and not used in time.
  case notActivated = "not-activated"
  /// Not used for too long.
  case unused
}
