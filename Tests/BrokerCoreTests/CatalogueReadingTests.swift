import AccessModel
import AuthenticatorKit
import BrokerCore
import Testing

@Suite struct CatalogueReadingTests {
  private func catalogue(also: [String]) throws -> ServiceCatalogue {
    func map(_ entries: KeyValuePairs<String, Settings.Value>) -> Settings.Value {
      .map(entries.map { Settings.Entry(key: $0, line: 1, value: $1) }, line: 1)
    }
    func list(_ texts: [String], line: Int = 1) -> Settings.Value {
      .list(texts.map { .scalar($0, line: line) }, line: line)
    }
    func text(_ text: String) -> Settings.Value { .scalar(text, line: 1) }
    let operation = map([
      "id": text("domanda"), "name": text("Domanda"), "right": text("dispositive"), "also": list(also, line: 7),
    ])
    let service = map([
      "id": text("merge"), "name": text("Merge"), "areas": list(["work"]), "rights": list(["dispositive"]),
      "operations": .list([operation], line: 1),
    ])
    let profile = map(["id": text("worker"), "areas": list(["work"])])
    return try ServiceCatalogue(
      Settings(entries: [
        Settings.Entry(key: "profiles", line: 1, value: .list([profile], line: 1)),
        Settings.Entry(key: "services", line: 1, value: .list([service], line: 1)),
      ]))
  }

  @Test func anOperationNamesTheFactorsThatItAsksForBesides() throws {
    let service = try #require(try catalogue(also: ["totp", "otp-mail"]).services[try service("merge")])
    #expect(service.operations.first?.demand.also == [try instance("totp"), try instance("otp-mail")])
  }

  @Test func whatCannotBeAnInstanceIsAProblem() throws {
    let error = try #require(throws: ConfigurationError.self) { try catalogue(also: ["totp", "Not One"]) }
    #expect(error.problems.map(\.key) == ["services[0].operations[0].also"])
  }
}
