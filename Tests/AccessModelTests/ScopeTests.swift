import AccessModel
import Testing

@Suite struct ScopeTests {
  static func scope(_ text: String) throws -> ServiceScope { try #require(Scope(text)?.service) }

  @Test func r2DispositiveSatisfiesConsultationNeverTheOtherWay() throws {
    let read = try ScopeTests.scope("consultazione:estratto-conto")
    let act = try ScopeTests.scope("dispositivo:estratto-conto")
    #expect(act.satisfies(read) && act.satisfies(act) && read.satisfies(read))
    #expect(!read.satisfies(act))
    #expect(ScopeList([.service(act)]).satisfies(read))
    #expect(!ScopeList([.service(read)]).satisfies(act))
  }

  @Test func r2NoScopeSatisfiesAnotherService() throws {
    let act = try ScopeTests.scope("dispositivo:cedolino")
    #expect(!act.satisfies(try ScopeTests.scope("consultazione:estratto-conto")))
  }

  @Test func r6AnOperationAndItsServiceDoNotSatisfyEachOther() throws {
    let service = try ScopeTests.scope("dispositivo:ricongiunzione")
    let operation = try ScopeTests.scope("dispositivo:ricongiunzione.domanda")
    #expect(!service.satisfies(operation) && !operation.satisfies(service))
    #expect(operation.satisfies(try ScopeTests.scope("consultazione:ricongiunzione.domanda")))
  }

  @Test func r3ARefreshLeavesConsultationOnly() throws {
    let list = try #require(ScopeList(parsing: "openid dispositivo:a consultazione:a dispositivo:b.c email"))
    #expect(list.refreshed.description == "openid consultazione:a consultazione:b.c email")
    #expect(!list.refreshed.isDispositive && list.isDispositive)
    #expect(list.refreshed.refreshed == list.refreshed)
  }

  @Test(arguments: [
    "consultazione:estratto-conto", "dispositivo:domanda-disoccupazione", "dispositivo:ricongiunzione.domanda",
    "openid", "urn:example:x", "offline_access", "CONSULTAZIONE:x",
  ])
  func aScopeIsWrittenAsItIsRead(_ text: String) {
    #expect(Scope(text)?.description == text)
  }

  @Test(arguments: [
    "consultazione:", "dispositivo:X", "dispositivo:a.", "dispositivo:.a", "dispositivo:a.b.c", "dispositivo:a:b",
    "dispositivo:-a", "dispositivo:a-", "dispositivo:1a", "consultazione:à", "dispositivo:a_b",
  ])
  func whatBeginsLikeAServiceScopeAndIsNoneFails(_ text: String) {
    #expect(Scope(text) == nil)
  }

  @Test(arguments: ["", "a b", "a\"b", "a\\b", "a\tb", "a\0", "caffè", String(repeating: "a", count: 201)])
  func whatIsNoTokenFails(_ text: String) {
    #expect(Scope(text) == nil)
  }

  @Test func aPlainScopeNeverSatisfiesADemand() throws {
    let demand = try ScopeTests.scope("consultazione:a")
    let list = try #require(ScopeList(parsing: "Consultazione:a consultazione openid"))
    #expect(list.services.isEmpty && !list.satisfies(demand))
  }

  @Test func aListKeepsOrderAndDropsRepetitions() throws {
    let list = try #require(ScopeList(parsing: "openid  dispositivo:a openid dispositivo:a"))
    #expect(list.description == "openid dispositivo:a")
    #expect(try #require(ScopeList(parsing: "")).isEmpty)
  }

  @Test func oneBadTokenSpoilsTheList() {
    #expect(ScopeList(parsing: "openid dispositivo:") == nil)
    #expect(ScopeList(parsing: "openid\tdispositivo:a") == nil)
  }

  @Test func aListHasItsLimits() {
    let hundred = (0..<100).map { "s\($0)" }.joined(separator: " ")
    #expect(ScopeList(parsing: hundred)?.scopes.count == 100)
    #expect(ScopeList(parsing: hundred + " one-more") == nil)
    #expect(ScopeList(parsing: String(repeating: " ", count: 4097)) == nil)
  }

  @Test func rightsAreOrderedAndNamed() {
    #expect(AccessRight.consultation < .dispositive && !(AccessRight.dispositive < .consultation))
    for right in AccessRight.allCases {
      #expect(AccessRight(scopePrefix: right.scopePrefix) == right)
    }
  }
}
