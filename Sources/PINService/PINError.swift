public import AuthenticatorKit
public import BrokerStore
import Sealing

/// Why something could not be done with a PIN. Carries no PIN and no fiscal code.
public enum PINError: Error, Sendable, Equatable {
  case unknownCitizen
  /// Suspended or deceased.
  case citizenNotActive
  case noPIN
  /// The PIN was changed or ended while we were at it.
  case conflict
  /// An active PIN is sealed under a pepper that the key file does not have.
  case unknownPepper(String)
  /// An active PIN's seal is broken: the row was changed or copied.
  case broken(CredentialID)
  case busy(retryAfterSeconds: Int)
  case store(StoreError)
  case unavailable(String)

  init(_ error: StoreError) {
    self = error == .conflict ? .conflict : .store(error)
  }

  init(_ error: AuthenticatorFault) {
    switch error {
    case .busy(let seconds): self = .busy(retryAfterSeconds: seconds)
    case .unavailable(let why), .undecided(let why): self = .unavailable(why)
    }
  }

  init(_ error: SealingError, of pin: CredentialID) {
    if case .unknownKey(let id) = error { self = .unknownPepper(id) } else { self = .broken(pin) }
  }
}

extension PINError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownCitizen: "there is no citizen with this fiscal code"
    case .citizenNotActive: "the citizen is suspended or deceased and can have no PIN"
    case .noPIN: "the citizen has no active PIN"
    case .conflict: "the PIN has been changed or ended meanwhile: look again"
    case .unknownPepper(let id): "a PIN needs the pepper \(id), which the pepper file does not have"
    case .broken(let pin): "the stored PIN \(pin) has been changed or copied, and cannot be used"
    case .busy(let seconds): "too many logins at once: try again in \(seconds) seconds"
    case .store(let error): error.description
    case .unavailable(let why): why
    }
  }
}
