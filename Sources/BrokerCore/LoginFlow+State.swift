public import AccessModel
import AuthenticatorKit

extension LoginFlow {
  /// Where a login stands. Travels sealed with the conversation.
  public struct State: Sendable, Equatable, Codable {
    enum Phase: Sendable, Equatable, Codable {
      case new
      case choosing([InstanceID])
      case conversing(InstanceID)
      case identifying(InstanceID)
      case changing
      case ended
    }

    var phase = Phase.new
    /// The service scopes that the login is for.
    let goal: [ServiceScope]
    /// How recent the login must be, where the client asked (`max_age`).
    let maxAge: TimeSpan?
    /// Where the person may begin, narrowed by the client's `acr_values`; empty means anywhere.
    let candidates: [InstanceID]
    /// The instance that the client or the person asked for.
    var wanted: InstanceID?
    /// The citizen, once an authentication of this login or the session has established one.
    public internal(set) var citizen: CitizenID?
    var profiles: Set<ProfileID>
    /// What the session holds already.
    let existing: [Authentication]
    /// What this login has added.
    var gathered: [Authentication] = []
    /// Second factors still to come.
    var pending: [InstanceID] = []
    /// The credential that has to be changed before the login is worth anything.
    var upkeep: CredentialID?

    /// A login from nothing.
    public init(goal: [ServiceScope], candidates: [InstanceID] = [], wanted: InstanceID? = nil, maxAge: TimeSpan? = nil)
    {
      self.init(goal: goal, candidates: candidates, wanted: wanted, maxAge: maxAge, citizen: nil, holder: nil)
    }

    /// A step-up of somebody who is signed in.
    public init(
      goal: [ServiceScope], wanted: InstanceID? = nil, maxAge: TimeSpan? = nil, citizen: CitizenID, holder: AccessHolder
    ) {
      self.init(goal: goal, candidates: [], wanted: wanted, maxAge: maxAge, citizen: citizen, holder: holder)
    }

    private init(
      goal: [ServiceScope], candidates: [InstanceID], wanted: InstanceID?, maxAge: TimeSpan?, citizen: CitizenID?,
      holder: AccessHolder?
    ) {
      self.goal = goal
      self.candidates = candidates
      self.wanted = wanted
      self.maxAge = maxAge
      self.citizen = citizen
      existing = holder?.authentications ?? []
      profiles = holder?.profiles ?? []
    }

    /// The instance whose conversation is open, if one is.
    public var conversing: InstanceID? {
      if case .conversing(let instance) = phase { instance } else { nil }
    }

    /// The instance whose answer is being looked up, if one is.
    public var identifyingInstance: InstanceID? {
      if case .identifying(let instance) = phase { instance } else { nil }
    }

    /// What the session holds and what this login has added.
    public var allAuthentications: [Authentication] { existing + gathered }

    /// The instances to choose from, if a choice is open.
    public var offered: [InstanceID]? {
      if case .choosing(let offered) = phase { offered } else { nil }
    }

    /// Whether a credential has to be changed before the login goes on.
    public var isChanging: Bool { phase == .changing }

    /// Whoever has just changed a credential has shown the new one: the old one's time must not count any more.
    mutating func upkeepDone(at: Instant) {
      gathered = gathered.map { proof in
        guard proof.credential == upkeep else { return proof }
        return Authentication(
          instance: proof.instance, credential: proof.credential, level: proof.level, acr: proof.acr, amr: proof.amr,
          at: at, right: proof.right)
      }
      upkeep = nil
    }

    /// The newest proof of this login that rests on a credential (rule R12).
    public var credentialProof: Authentication? { gathered.last { $0.credential != nil } }
  }
}
