import AccessModel
import AuthenticatorKit
import BrokerCore
import Foundation
import Sealing

/// A name of a module's own, which a link has made a citizen.
struct LinkedName: Codable, Sendable, Equatable {
  let instance: InstanceID
  let subject: String
}

/// What a login conversation remembers between two requests. Lies sealed in the store.
struct Conversation: Codable {
  var flow: LoginFlow.State
  let scope: ScopeList
  let resource: String
  let challenge: String
  /// The session that is stepped up; nil for a first login.
  let session: String?
  /// The citizen's fiscal code once it is known, for the modules that come next.
  var subject: String?
  /// The open module's own state.
  var memory: [UInt8] = []
  /// The fields that the open prompt asks for.
  var fields: [String] = []
  /// The PIN that we propose while one has to be changed.
  var proposal: String?
  /// The relay state of the open module's step, for whoever comes back from elsewhere.
  var relay: String?
  /// What attempts are counted by, once somebody has named an account and nobody is known yet.
  var account: CountedAccount?
  /// The open prompt's fields that name an account.
  var accountFields: [String] = []
  /// Whether the open prompt asks for something that somebody could guess.
  var asksSecret = false
  /// The open prompt's id, how often it was asked in a row, and how many prompts there were in all.
  var promptID: String?
  var repeats = 0
  var prompts = 0
  /// Whether the person can be sent elsewhere with a browser.
  var hasBrowser = false
  /// Whether a subject that nobody is linked to becomes the signed-in citizen's.
  var isLinking = false
  /// Where the person was sent, as long as the conversation waits for the return.
  var redirect: RedirectView?

  /// The names of modules' own that this login rests on: a link may end before the login does.
  var names: [LinkedName] = []

  var subjectCode: FiscalCode? { subject.flatMap { try? FiscalCode($0) } }

  /// Where a sealed conversation belongs: to the hash of its own name.
  static func context(_ hash: [UInt8]) -> String { "conversation/\(Base64.urlEncode(hash))" }

  func sealed(_ sealer: Sealer, hash: [UInt8]) throws(SealingError) -> SealedValue {
    guard let json = try? JSONEncoder().encode(self) else { throw .unauthentic }
    return try sealer.seal(json, context: Conversation.context(hash))
  }

  static func open(_ value: SealedValue, _ sealer: Sealer, hash: [UInt8]) -> Conversation? {
    guard let json = try? sealer.open(value, context: Conversation.context(hash)) else { return nil }
    return try? JSONDecoder().decode(Conversation.self, from: Data(json.bytes))
  }
}
