import AccessModel
import BrokerCore
import Testing

@Suite struct ServiceCatalogueTests {
  private func resource(_ id: String, hosts: Set<String>) -> ServiceCatalogue.Resource {
    .init(id: id, hosts: hosts, sector: "s", services: [], releasesFiscalNumber: false)
  }

  private func catalogue() throws -> ServiceCatalogue {
    let first = ServiceCatalogue.Service(id: try service("slip"), name: "First", areas: [], rights: [])
    let second = ServiceCatalogue.Service(id: try service("slip"), name: "Second", areas: [], rights: [])
    return ServiceCatalogue(
      profiles: [
        try profile("a"): [try area("x"), try area("y")], try profile("b"): [try area("y"), try area("z")],
        try profile("c"): [],
      ],
      services: [first, second],
      resources: [
        resource("https://one.example", hosts: ["one.example", "www.one.example"]),
        resource("https://two.example", hosts: ["two.example"]),
      ])
  }

  @Test(arguments: [
    (["a"], ["x", "y"]), (["a", "b"], ["x", "y", "z"]), (["c"], []), ([], []), (["d"], []), (["b", "d"], ["y", "z"]),
  ])
  func r5TheAreasOfSeveralProfilesAddUp(profiles: [String], areas: [String]) throws {
    #expect(try catalogue().areas(of: Set(profiles.map { try profile($0) })) == Set(areas.map { try area($0) }))
  }

  @Test(
    arguments: [
      ("one.example", "https://one.example"), ("WWW.One.Example", "https://one.example"),
      ("two.example", "https://two.example"), ("three.example", nil), ("", nil), ("one.example.evil", nil),
      ("one.example:443", nil),
    ] as [(String, String?)])
  func aHostBelongsToOneResourceWhateverItsCase(host: String, resource: String?) throws {
    #expect(try catalogue().resource(host: host)?.id == resource)
  }

  @Test(arguments: [("https://two.example", true), ("https://TWO.example", false), ("https://two.example/", false)])
  func aResourceIndicatorIsComparedAsItIs(id: String, known: Bool) throws {
    #expect((try catalogue().resource(id) != nil) == known)
  }

  @Test func ofTwoServicesWithOneIdTheFirstCounts() throws {
    #expect(try catalogue().services[try service("slip")]?.name == "First")
  }

  @Test func theEmptyCatalogueHasNothing() throws {
    #expect(ServiceCatalogue.empty.services.isEmpty)
    #expect(ServiceCatalogue.empty.resource(host: "") == nil)
    #expect(ServiceCatalogue.empty.areas(of: [try profile("a")]).isEmpty)
  }
}
