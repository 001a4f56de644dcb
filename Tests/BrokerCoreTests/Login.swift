import AccessModel
import AuthenticatorKit
import Testing

@testable import BrokerCore

/// A login that a test drives event by event.
struct Login {
  static let mario = CitizenID("mario")
  static let anna = CitizenID("anna")
  static let prompt = Prompt(id: "pin", fields: [PromptField("pin", label: "PIN", kind: .secret)])
  static let memory = AuthenticationState(bytes: [1, 2, 3])

  let flow: LoginFlow
  var state: LoginFlow.State
  var now = Portal.now

  /// A login from nothing.
  init(
    _ portal: Portal, for goal: String..., candidates: [String] = [], wanted: String? = nil, maxAge: TimeSpan? = nil
  ) throws {
    flow = portal.flow
    state = LoginFlow.State(
      goal: try goal.map { try scope($0) }, candidates: try candidates.map { try instance($0) },
      wanted: try wanted.map { try instance($0) }, maxAge: maxAge)
  }

  /// A step-up of Mario, who is signed in.
  init(
    _ portal: Portal, steppingUp existing: [Authentication], for goal: String..., wanted: String? = nil,
    maxAge: TimeSpan? = nil
  ) throws {
    flow = portal.flow
    state = LoginFlow.State(
      goal: try goal.map { try scope($0) }, wanted: try wanted.map { try instance($0) }, maxAge: maxAge,
      citizen: Login.mario, holder: AccessHolder(authentications: existing, profiles: [try profile("worker")]))
  }

  @discardableResult
  mutating func send(_ event: LoginFlow.Event) -> LoginFlow.Action { flow.handle(event, &state, at: now) }

  mutating func choose(_ name: String) throws -> LoginFlow.Action { send(.chosen(try instance(name))) }

  /// Lets the open module name somebody, and the store say who that is.
  mutating func prove(
    as citizen: CitizenID? = mario, subject: VerifiedIdentity.Subject? = nil, credential: String? = nil,
    upkeep: CredentialUpkeep = .none, at: Instant? = nil
  ) throws -> LoginFlow.Action {
    let identity = try Login.identity(subject, credential: credential, upkeep: upkeep)
    #expect(send(.stepped(.verified(identity))) == .identify(identity))
    return send(.identified(identity, as: citizen, profiles: [try profile("worker")], at: at ?? now))
  }

  static func identity(
    _ subject: VerifiedIdentity.Subject? = nil, credential: String? = nil, upkeep: CredentialUpkeep = .none
  ) throws -> VerifiedIdentity {
    VerifiedIdentity(
      subject: try subject ?? .fiscalCode(FiscalCode("RSSMRA85T10H501O")),
      credential: credential.map { CredentialID($0) },
      upkeep: upkeep)
  }
}

/// A login in each of its phases.
struct Phases {
  let all: [(name: String, login: Login)]

  init() throws {
    let portal = try Portal()
    let new = try Login(portal, for: "dispositivo:apply")
    var choosing = new
    choosing.send(.started)
    var conversing = choosing
    _ = try conversing.choose("pin-ordinario")
    var identifying = conversing
    identifying.send(.stepped(.verified(try Login.identity())))
    var changing = conversing
    _ = try changing.prove(credential: "p1", upkeep: .changeRequired)
    var ended = new
    ended.send(.failed)
    all = [
      ("new", new), ("choosing", choosing), ("conversing", conversing), ("identifying", identifying),
      ("changing", changing), ("ended", ended),
    ]
  }

  /// Every event there is, with the phase in which it is legal.
  static func events() throws -> [(phase: String, event: LoginFlow.Event)] {
    let identity = try Login.identity()
    let redirect = Redirect(url: "https://idp.example")
    return [
      ("new", .started), ("choosing", .chosen(try instance("pin-dispositivo"))),
      ("conversing", .stepped(.prompt(Login.prompt, Login.memory))),
      ("conversing", .stepped(.redirect(redirect, Login.memory))), ("conversing", .stepped(.verified(identity))),
      ("identifying", .identified(identity, as: Login.mario, profiles: [], at: Portal.now)),
      ("changing", .upkeepDone(at: Portal.now)),
    ]
  }
}
