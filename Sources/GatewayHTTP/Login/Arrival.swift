import AccessModel
import AuthenticatorKit
import BrokerStore
import Foundation
import Sealing

/// What lies sealed in an arrival: the module's state until somebody has come back, whom the module named afterwards.
struct Arrival: Codable {
  /// Whom the module has named, and when.
  struct Outcome: Codable {
    let fiscalCode: String?
    let local: String?
    let right: AccessRight?
    let level: AssuranceLevel?
    let acr: String?
    let at: Instant
  }

  var memory: [UInt8]
  /// Where the person was sent, and what is posted there; empty for a plain GET.
  var address: String
  var form: [String: String]
  /// The `acr` that was asked of a module with several, to ask for it again.
  let acr: String?
  /// The name of the client, for the page that asks for confirmation.
  let application: String
  /// What the application shows and the person types, so that both speak of one login.
  let number: String
  /// Whether a session is stepped up, and whether the right to dispose is asked for.
  let isStepUp: Bool
  let disposes: Bool
  /// The citizen that a step-up is about.
  let subject: String?
  var outcome: Outcome?

  static func context(_ hash: [UInt8]) -> String { "arrival/\(Base64.urlEncode(hash))" }

  func sealed(_ sealer: Sealer, hash: [UInt8]) throws(SealingError) -> SealedValue {
    guard let json = try? JSONEncoder().encode(self) else { throw .unauthentic }
    return try sealer.seal(json, context: Arrival.context(hash))
  }

  static func open(_ value: SealedValue, _ sealer: Sealer, hash: [UInt8]) -> Arrival? {
    guard let json = try? sealer.open(value, context: Arrival.context(hash)) else { return nil }
    return try? JSONDecoder().decode(Arrival.self, from: Data(json.bytes))
  }
}

extension Arrival.Outcome {
  init(_ identity: VerifiedIdentity, at now: Instant) {
    at = now
    right = identity.right
    level = identity.level
    acr = identity.acr
    switch identity.subject {
    case .fiscalCode(let code): (fiscalCode, local) = (code.rawValue, nil)
    case .local(let name): (fiscalCode, local) = (nil, name)
    }
  }

  /// Nil only if what was sealed is no identity.
  var identity: VerifiedIdentity? {
    if let code = fiscalCode.flatMap({ try? FiscalCode($0) }) {
      return VerifiedIdentity(subject: .fiscalCode(code), right: right, level: level, acr: acr)
    }
    return local.map { VerifiedIdentity(subject: .local($0), right: right, level: level, acr: acr) }
  }
}

/// What came of somebody's return from elsewhere.
enum ArrivalReply {
  /// The step is unknown, over, complete already, or another browser's.
  case unknown
  /// A person with a browser has to begin at this page of the main host.
  case page(String)
  /// Not accepted; another certificate may be tried as long as the conversation is open.
  case denied(Denial)
  /// The conversation can go on.
  case completed
  /// The card was only tried: it would do, and nobody is logged in.
  case works
  /// The person has to say that it is them.
  case proposed(ArrivalProposal)
  /// The module is too busy or broken; the text is for nobody.
  case unavailable
}

/// What the page shows that asks for confirmation.
struct ArrivalProposal {
  let name: String
  /// The last characters of the fiscal code: enough to recognise one's own, too little to learn somebody else's.
  let lastCharacters: String
  /// The name of the application that asked for the login, and what for.
  let application: String
  let isStepUp: Bool
  let disposes: Bool
  /// Good once, in the browser that the step is bound to.
  let code: String
}
