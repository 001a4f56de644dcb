public import AccessModel

/// The services, who may see them, and what each operation asks for (spec section 6.3).
public struct ServiceCatalogue: Sendable, Equatable {
  /// A service of the portal.
  public struct Service: Sendable, Equatable {
    public let id: ServiceID
    public let name: String
    public let areas: Set<AreaID>
    /// The rights that make sense for it: a slip can be read and not applied for.
    public let rights: Set<AccessRight>
    public let operations: [Operation]

    public init(
      id: ServiceID, name: String, areas: Set<AreaID>, rights: Set<AccessRight>, operations: [Operation] = []
    ) {
      self.id = id
      self.name = name
      self.areas = areas
      self.rights = rights
      self.operations = operations
    }
  }

  /// An operation with a demand of its own, and so a scope of its own (rule R6).
  public struct Operation: Sendable, Equatable {
    public let id: OperationID
    public let name: String
    public let right: AccessRight
    public let demand: Demand

    public init(id: OperationID, name: String, right: AccessRight, demand: Demand) {
      self.id = id
      self.name = name
      self.right = right
      self.demand = demand
    }
  }

  /// What an operation asks for beyond its right. A level and methods are two ways of meeting it; either is enough.
  public struct Demand: Sendable, Equatable {
    public let leastLevel: AssuranceLevel?
    /// Instances or `acr` URIs of which one must have been used.
    public let methods: [String]
    /// Second factors of which one must have been used as well, as fresh as the login.
    public let also: [InstanceID]
    /// How old the authentication may be, where reading asks for a fresh one.
    public let maxAge: TimeSpan?
    /// The catalogue's own words for the person (rule R8).
    public let words: String?

    public init(
      leastLevel: AssuranceLevel? = nil, methods: [String] = [], also: [InstanceID] = [], maxAge: TimeSpan? = nil,
      words: String? = nil
    ) {
      self.leastLevel = leastLevel
      self.methods = methods
      self.also = also
      self.maxAge = maxAge
      self.words = words
    }

    func isMet(level: AssuranceLevel, instance: InstanceID, acr: String) -> Bool {
      guard leastLevel != nil || !methods.isEmpty else { return true }
      if let leastLevel, level >= leastLevel { return true }
      return methods.contains(instance.description) || methods.contains(acr)
    }
  }

  /// A resource server: the audience of access tokens, and the hosts that forward-auth protects for it.
  public struct Resource: Sendable, Equatable {
    /// The resource indicator (RFC 8707), a URI: the token's `aud`.
    public let id: String
    public let hosts: Set<String>
    /// Pairwise subjects are the same within a sector and different between two.
    public let sector: String
    public let services: Set<ServiceID>
    public let releasesFiscalNumber: Bool

    public init(id: String, hosts: Set<String>, sector: String, services: Set<ServiceID>, releasesFiscalNumber: Bool) {
      self.id = id
      self.hosts = hosts
      self.sector = sector
      self.services = services
      self.releasesFiscalNumber = releasesFiscalNumber
    }
  }

  public let profiles: [ProfileID: Set<AreaID>]
  public let services: [ServiceID: Service]
  public let resources: [Resource]

  public init(profiles: [ProfileID: Set<AreaID>], services: [Service], resources: [Resource]) {
    self.profiles = profiles
    self.services = Dictionary(services.map { ($0.id, $0) }) { first, _ in first }
    self.resources = resources
  }

  public static let empty = ServiceCatalogue(profiles: [:], services: [], resources: [])

  /// The areas that some profiles open.
  public func areas(of profiles: Set<ProfileID>) -> Set<AreaID> {
    profiles.reduce(into: []) { $0.formUnion(self.profiles[$1] ?? []) }
  }

  public func resource(_ id: String) -> Resource? { resources.first { $0.id == id } }

  /// The resource that a protected host belongs to; host names compare without case (RFC 9110 section 4.2.3).
  public func resource(host: String) -> Resource? {
    let host = host.lowercased()
    return resources.first { $0.hosts.contains(host) }
  }
}
