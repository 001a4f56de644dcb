public import AccessModel
public import AuthenticatorKit
import BrokerCore
import BrokerStore
import Sealing

/// The check of a PIN. Whoever asks and whatever for, it is one read, one transaction, one hash, one transaction
/// (rule R9).
extension PINService {
  /// Checks a secret against the citizen's active PIN; see ``CredentialVault/check(_:of:attempt:)``.
  ///
  /// Goes on to its end even if nobody waits for it any more: hanging up must not keep a failure out of the record.
  public func check(
    _ secret: Secret, of subject: FiscalCode, attempt: AttemptContext
  ) async throws(AuthenticatorFault) -> VaultVerdict {
    let work = Task { () async -> Result<VaultVerdict, AuthenticatorFault> in
      do throws(AuthenticatorFault) {
        return .success(try await judge(PINRules.normalise(secret), of: subject, attempt))
      } catch {
        return .failure(error)
      }
    }
    return try await work.value.get()
  }

  private func judge(
    _ secret: Secret, of subject: FiscalCode, _ attempt: AttemptContext
  ) async throws(AuthenticatorFault) -> VaultVerdict {
    let place = try pool.reserve()
    let candidate = try await candidate(for: subject, attempt)
    let ticket = try await take(candidate)
    let isEqual = try await compare(secret, with: candidate.hash, at: place)
    let outcome = PINOutcome(candidate, ticket: ticket, isEqual: isEqual)
    guard case .right(let upkeep) = outcome else { return try await fail(outcome, subject, attempt, ticket) }
    return try await succeed(candidate, secret, subject, upkeep, ticket, at: place)
  }

  /// The PIN to compare with, or the decoy with the reason why there is none.
  private func candidate(
    for subject: FiscalCode, _ attempt: AttemptContext
  ) async throws(AuthenticatorFault) -> PINCandidate {
    let device = DeviceTag(attempt)
    do {
      let now = world.now()
      let holder = try await pins.holder(with: subject, device: device?.hash, at: now)
      let standing = PINStanding(holder, policy, at: now)
      let pin = standing.hasPIN ? holder?.pin ?? decoy : decoy
      let bucket = holder?.knowsDevice == true && standing.hasPIN ? device?.bucket : nil
      return try open(pin, standing, bucket: bucket ?? DeviceTag.shared)
    } catch let error as SealingError {
      throw .unavailable("\(error)")
    } catch {
      throw .unavailable("\(error as? StoreError ?? .unavailable("\(type(of: error))"))")
    }
  }

  /// A row that was changed or copied is a denial like any other from outside, and says so in the audit log. A pepper
  /// that is missing is our own trouble.
  private func open(_ pin: StoredPIN, _ standing: PINStanding, bucket: String) throws(SealingError) -> PINCandidate {
    do {
      return PINCandidate(pin: pin, hash: try seal.open(pin), standing: standing, bucket: bucket)
    } catch SealingError.unauthentic {
      return PINCandidate(
        pin: decoy, hash: try seal.open(decoy), standing: .absent("unusable-seal"), bucket: DeviceTag.shared)
    }
  }

  private func take(_ candidate: PINCandidate) async throws(AuthenticatorFault) -> AttemptTicket {
    do {
      return try await attempts.take(
        subject: candidate.pin.attemptSubject, bucket: candidate.bucket, attempt: newID(), at: world.now())
    } catch {
      throw .unavailable(error.description)
    }
  }

  private func compare(
    _ secret: Secret, with hash: PINHash, at place: HashPlace
  ) async throws(AuthenticatorFault) -> Bool {
    try await pool.hash(secret, salt: hash.salt, parameters: hash.parameters, at: place) == hash.tag
  }

  private func fail(
    _ outcome: PINOutcome, _ subject: FiscalCode, _ attempt: AttemptContext, _ ticket: AttemptTicket
  ) async throws(AuthenticatorFault) -> VaultVerdict {
    do {
      try await pins.recordFailure(denial(outcome.reason, subject, ticket))
    } catch {
      throw .unavailable(error.description)
    }
    return outcome == .locked ? .locked : .differs
  }

  private func succeed(
    _ candidate: PINCandidate, _ secret: Secret, _ subject: FiscalCode, _ upkeep: CredentialUpkeep,
    _ ticket: AttemptTicket, at place: HashPlace
  ) async throws(AuthenticatorFault) -> VaultVerdict {
    let pin = candidate.pin
    let rehashed = try await rehash(secret, candidate, at: place)
    do {
      let stands = try await pins.recordSuccess(
        pin, ticket: ticket, rehashed: rehashed, at: world.now(), superseded: denial("superseded", subject, ticket))
      return stands ? .matches(credential: pin.id, grade: pin.grade, upkeep: upkeep) : .differs
    } catch {
      throw .unavailable(error.description)
    }
  }

  /// The right PIN with today's cost, if its hash has a lesser one.
  private func rehash(
    _ secret: Secret, _ candidate: PINCandidate, at place: HashPlace
  ) async throws(AuthenticatorFault) -> SealedValue? {
    guard candidate.hash.parameters.isWeaker(than: parameters) else { return nil }
    let hash = try await makeHash(of: secret, at: place)
    do {
      return try seal.seal(hash, context: candidate.pin.context)
    } catch {
      throw .unavailable(error.description)
    }
  }

  private func denial(_ reason: String, _ subject: FiscalCode, _ ticket: AttemptTicket) -> AuditEntry {
    let bucket = ticket.bucket == DeviceTag.shared ? DeviceTag.shared : "device"
    return AuditEntry(
      .attemptFailed, by: .citizen, about: subject, ["method": "pin", "reason": reason, "bucket": bucket],
      at: world.now())
  }
}

/// What an attempt is compared with.
private struct PINCandidate {
  let pin: StoredPIN
  let hash: PINHash
  let standing: PINStanding
  let bucket: String
}

/// What a citizen's PIN is good for, before the secret is looked at.
private enum PINStanding {
  /// There is nothing to compare with; the text is for the audit log.
  case absent(String)
  case present(PINVerdict)

  init(_ holder: PINHolder?, _ policy: PINPolicy, at now: Instant) {
    guard let holder else {
      self = .absent("unknown")
      return
    }
    guard holder.citizen.state == .active else {
      self = .absent("unusable-citizen")
      return
    }
    guard let pin = holder.pin else {
      self = .absent("unusable-none")
      return
    }
    self = .present(policy.judge(pin.facts(of: holder.citizen), at: now))
  }

  var hasPIN: Bool { if case .present = self { true } else { false } }
}

/// How a check ends. The attempt was counted before; only here does it matter what was typed.
private enum PINOutcome: Equatable {
  case right(CredentialUpkeep)
  case locked
  /// The text is for the audit log.
  case refused(String)

  init(_ candidate: PINCandidate, ticket: AttemptTicket, isEqual: Bool) {
    switch candidate.standing {
    case .absent(let reason): self = .refused(reason)
    case .present where !ticket.won: self = .locked
    case .present where !isEqual: self = .refused("wrong")
    case .present(.unusable(let reason)): self = .refused("unusable-\(reason.rawValue)")
    case .present(.usable(let upkeep)): self = .right(upkeep)
    }
  }

  var reason: String {
    switch self {
    case .right: "right"
    case .locked: "locked"
    case .refused(let reason): reason
    }
  }
}
