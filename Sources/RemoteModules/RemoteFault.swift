import AuthenticatorKit
import ModuleWire

/// What went wrong between the gateway and a module, in words for the log: no answer, no state, no name of a person.
struct RemoteFault: Error, Sendable, Equatable {
  /// Stable words, the label of `varco_module_faults_total`.
  enum Kind: String, Sendable, CaseIterable {
    /// Nobody listens, or the connection broke.
    case connection
    /// Socket or process belong to somebody else.
    case peer
    case deadline
    /// Neither 200 nor 503.
    case status
    /// No JSON, too long, beyond the limits, an answer to another call.
    case garbage
    /// hello does not fit the configuration.
    case mismatch
    /// More than the configuration pins, or whom it may not name.
    case claim
    /// The circuit is open: nobody was asked.
    case circuit
  }

  let kind: Kind
  let reason: String

  init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }

  /// Whether the module may have had the message: what was in it may then have been judged, and found wrong.
  var isAfterSending = false
  /// Whether the module says itself that it has not judged the answer.
  var isUnjudged = false

  /// The same fault of a message that was more than a hello: these kinds show only once it is there.
  var ofAMessage: RemoteFault {
    var fault = self
    if !isUnjudged, [.deadline, .status, .garbage].contains(kind) { fault.isAfterSending = true }
    return fault
  }

  /// What it is to the host.
  func fault(of call: Circuit.Call) -> AuthenticatorFault {
    let words = "\(kind.rawValue): \(reason)"
    return call == .resume && isAfterSending ? .undecided(words) : .unavailable(words)
  }

  /// What is wrong with a message is the module's fault.
  static func garbage<Value>(_ body: () throws(WireError) -> Value) throws(RemoteFault) -> Value {
    do throws(WireError) { return try body() } catch { throw RemoteFault(.garbage, error.description) }
  }
}
