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
    /// The client's `acr_values`, for the instances that have several.
    let acrValues: [String]
    /// The instance that the client or the person asked for.
    var wanted: InstanceID?
    /// The citizen, once an authentication of this login or the session has established one.
    public internal(set) var citizen: CitizenID?
    var profiles: Set<ProfileID>
    /// What the session holds already.
    let existing: [Authentication]
    /// What this login has added.
    var gathered: [Authentication] = []
    /// Groups of second factors, of each of which one is still to come, for the primary proof at ``confirming``.
    var pending: [[InstanceID]] = []
    /// Which of ``gathered`` the pending groups belong to.
    var confirming = 0
    /// The credential that has to be changed before the login is worth anything.
    var upkeep: CredentialID?

    /// A login from nothing.
    public init(
      goal: [ServiceScope], candidates: [InstanceID] = [], acrValues: [String] = [], wanted: InstanceID? = nil,
      maxAge: TimeSpan? = nil
    ) {
      self.init(goal, candidates, acrValues, wanted, maxAge, citizen: nil, holder: nil)
    }

    /// A step-up of somebody who is signed in.
    public init(
      goal: [ServiceScope], acrValues: [String] = [], wanted: InstanceID? = nil, maxAge: TimeSpan? = nil,
      citizen: CitizenID, holder: AccessHolder
    ) {
      self.init(goal, [], acrValues, wanted, maxAge, citizen: citizen, holder: holder)
    }

    private init(
      _ goal: [ServiceScope], _ candidates: [InstanceID], _ acrValues: [String], _ wanted: InstanceID?,
      _ maxAge: TimeSpan?, citizen: CitizenID?, holder: AccessHolder?
    ) {
      self.goal = goal
      self.candidates = candidates
      self.acrValues = acrValues
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

    /// Adds a proof; a second factor that was still to come confirms the primary proof that it was for.
    /// - Returns: false where something else was still to come.
    mutating func add(_ proof: Authentication, of row: RightsPolicy.Row) -> Bool {
      if row.isPrimary {
        guard pending.isEmpty else { return false }
        confirming = gathered.count
        pending = row.followedBy
      } else if let group = pending.first {
        guard group.contains(proof.instance), gathered.indices.contains(confirming) else { return false }
        gathered[confirming] = gathered[confirming].with(confirmation: proof.instance)
        pending.removeFirst()
      }
      gathered.append(proof)
      return true
    }

    /// The second factors of the next group that have not been used for the same primary proof.
    var nextGroup: [InstanceID]? {
      let confirmed = gathered.indices.contains(confirming) ? gathered[confirming].confirmedBy : []
      return pending.first?.filter { !confirmed.contains($0) }
    }

    /// Whoever has just changed a credential has shown the new one: the old one's time must not count any more.
    mutating func upkeepDone(at: Instant) {
      gathered = gathered.map { $0.credential == upkeep ? $0.with(at: at) : $0 }
      upkeep = nil
    }

    /// The proof whose credential has to be changed; where none has, the newest that rests on one (rule R12).
    public var credentialProof: Authentication? {
      gathered.last { proof in upkeep.map { $0 == proof.credential } ?? (proof.credential != nil) }
    }
  }
}
