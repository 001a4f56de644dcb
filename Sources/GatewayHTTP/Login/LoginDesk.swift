public import AccessModel
public import AuthenticatorKit
import BrokerCore
public import BrokerStore
public import Logging
public import PINService
public import Sealing
public import TokenService

/// What the login conversation needs; the shell around the pure ``LoginFlow``.
public struct LoginDesk: Sendable {
  let issuer: String
  let authenticators: [InstanceID: any Authenticator]
  let rules: BrokerRules
  let citizens: CitizenStore
  let sessions: SessionStore
  let conversations: ConversationStore
  let arrivals: ArrivalStore
  let attempts: AttemptStore
  let devices: DeviceStore
  let pins: PINService
  let ledger: Ledger
  let sealer: Sealer
  let arrivalSealer: Sealer
  /// Names of accounts, which may be e-mail addresses or fiscal codes, as attempts are counted by them.
  let accountNames: KeyedHash
  let policy: TokenPolicy
  let limits: LoginLimits
  let world: World
  let logger: Logger

  /// - Parameters:
  ///   - issuer: the address of the main host, where a browser comes back to.
  ///   - authenticators: every enabled instance by its id.
  ///   - keyEncryptionKeys: seal conversations in the store.
  public init(
    issuer: String, authenticators: [InstanceID: any Authenticator], rules: BrokerRules, ledger: Ledger,
    pins: PINService, keyEncryptionKeys: KeyRing, policy: TokenPolicy, limits: LoginLimits = LoginLimits(),
    world: World, logger: Logger
  ) {
    self.issuer = issuer
    self.authenticators = authenticators
    self.rules = rules
    citizens = CitizenStore(ledger)
    sessions = SessionStore(ledger, limits: policy.session)
    conversations = ConversationStore(ledger)
    arrivals = ArrivalStore(ledger)
    attempts = AttemptStore(ledger)
    devices = DeviceStore(ledger)
    self.pins = pins
    self.ledger = ledger
    sealer = Sealer(keyEncryptionKeys, purpose: "conversation")
    arrivalSealer = Sealer(keyEncryptionKeys, purpose: "arrival")
    accountNames = KeyedHash(keyEncryptionKeys, purpose: "account")
    self.policy = policy
    self.limits = limits
    self.world = world
    self.logger = logger
  }

  /// What the enabled instances do beside logins.
  public var background: [any BackgroundWork] {
    authenticators.sorted { $0.key.description < $1.key.description }.compactMap(\.value.background)
  }

  var call: ModuleCall { ModuleCall(deadline: .milliseconds(limits.moduleDeadline.milliseconds)) }
}

/// How long the parts of a login may take.
public struct LoginLimits: Sendable, Equatable {
  /// A conversation from its first step to its last.
  public let conversation: TimeSpan
  /// One call of a module.
  public let moduleDeadline: TimeSpan
  /// How long a browser is known that has logged somebody in.
  public let device: TimeSpan

  public init(
    conversation: TimeSpan = .minutes(10), moduleDeadline: TimeSpan = .seconds(10), device: TimeSpan = .days(180)
  ) {
    self.conversation = conversation
    self.moduleDeadline = moduleDeadline
    self.device = device
  }
}
