import AccessModel
public import AuthenticatorKit

extension ServiceCatalogue {
  /// Reads a catalogue's document, and finds everything that is wrong with it.
  /// - Throws: ``ConfigurationError`` with each problem and its line.
  public init(_ settings: Settings) throws(ConfigurationError) {
    var reader = SettingsReader(settings)
    let profiles = reader.sections("profiles").compactMap { Self.profile($0, &reader) }
    let services = reader.sections("services").compactMap { Self.service($0, &reader) }
    let resources = reader.sections("resources").compactMap { Self.resource($0, services, &reader) }
    Self.checkAreas(services, profiles, &reader)
    reader.duplicates(services.map(\.id.description), of: "services")
    reader.duplicates(resources.map(\.id), of: "resources")
    reader.duplicates(resources.flatMap(\.hosts), of: "resources.hosts")
    try reader.finish()
    self.init(
      profiles: Dictionary(profiles) { first, _ in first }, services: services, resources: resources)
  }

  private static func profile(_ part: Settings, _ reader: inout SettingsReader) -> (ProfileID, Set<AreaID>)? {
    reader.part(part) { reader in
      let id = reader.identifier("id", ProfileID.init)
      let areas = reader.identifiers("areas", AreaID.init)
      return id.map { ($0, Set(areas)) }
    }
  }

  private static func service(_ part: Settings, _ reader: inout SettingsReader) -> Service? {
    reader.part(part) { reader in
      let id = reader.identifier("id", ServiceID.init)
      let name = reader.string("name")
      let areas = Set(reader.identifiers("areas", AreaID.init))
      let rights = Set(reader.identifiers("rights", AccessRight.init(rawValue:)))
      if areas.isEmpty { reader.problem("areas", "a service belongs to at least one area") }
      if rights.isEmpty { reader.problem("rights", "a service has at least one right") }
      let operations = reader.sections("operations").compactMap { operation($0, &reader) }
      return id.map { Service(id: $0, name: name, areas: areas, rights: rights, operations: operations) }
    }
  }

  private static func operation(_ part: Settings, _ reader: inout SettingsReader) -> Operation? {
    reader.part(part) { reader in
      let id = reader.identifier("id", OperationID.init)
      let name = reader.string("name")
      let right = reader.identifier("right", AccessRight.init(rawValue:))
      let level = reader.optionalIdentifier("least_level", AssuranceLevel.init)
      let demand = Demand(
        leastLevel: level, methods: reader.strings("methods"), also: reader.identifiers("also", InstanceID.init),
        maxAge: reader.optionalSpan("max_age"), words: reader.optionalString("enough"))
      guard let id, let right else { return nil }
      return Operation(id: id, name: name, right: right, demand: demand)
    }
  }

  private static func resource(
    _ part: Settings, _ services: [Service], _ reader: inout SettingsReader
  ) -> Resource? {
    reader.part(part) { reader in
      let id = reader.string("id")
      if !id.contains(":") || id.contains("#") || id.contains(" ") {
        reader.problem("id", "must be an absolute URI without a fragment (RFC 8707 section 2)")
      }
      let hosts = Set(reader.strings("hosts").map { $0.lowercased() })
      let sector = reader.string("sector")
      let names = reader.strings("services")
      let known = Set(services.map(\.id))
      var offered: Set<ServiceID> = names == ["all"] ? known : []
      for name in names where name != "all" {
        guard let service = ServiceID(name), known.contains(service) else {
          reader.problem("services", "there is no service \(name)")
          continue
        }
        offered.insert(service)
      }
      let releases = reader.strings("releases")
      if releases.contains(where: { $0 != "fiscal_number" }) {
        reader.problem("releases", "only fiscal_number is known")
      }
      return Resource(
        id: id, hosts: hosts, sector: sector, services: offered,
        releasesFiscalNumber: releases.contains("fiscal_number"))
    }
  }

  /// A service whose areas no profile opens is one that nobody can ever use: a typing mistake.
  private static func checkAreas(
    _ services: [Service], _ profiles: [(ProfileID, Set<AreaID>)], _ reader: inout SettingsReader
  ) {
    let open = profiles.reduce(into: Set<AreaID>()) { $0.formUnion($1.1) }
    for service in services where service.areas.isDisjoint(with: open) {
      reader.problem("services", "no profile opens an area of \(service.id)")
    }
  }
}
