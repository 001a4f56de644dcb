import AccessModel
import AuthenticatorKit
import BrokerStore
import Testing

@testable import CitizenImport

@Suite struct CitizenGeneratorTests {
  @Test func aHundredThousandCitizensAgreeWithTheirCodesAndAllDiffer() {
    var seen = Set<FiscalCode>()
    var omocodic = 0
    for citizen in CitizenGenerator(seed: 7, count: 100_000) {
      let code = citizen.fiscalCode
      let letters = Array(code.rawValue.utf8.prefix(6))
      guard
        seen.insert(code).inserted, code.sex == citizen.sex, code.birthDates.contains(citizen.birthDate),
        code.birthplace == citizen.birthplace,
        letters == FiscalCode.familyNamePart(citizen.familyName) + FiscalCode.givenNamePart(citizen.givenName)
      else {
        Issue.record("a citizen and the code do not agree, or the code is there twice")
        return
      }
      if code.isOmocodic { omocodic += 1 }
    }
    #expect(seen.count == 100_000)
    #expect(omocodic == 100)
  }

  @Test func aSeedAlwaysGivesTheSamePeople() {
    #expect(Array(CitizenGenerator(seed: 1, count: 500)) == Array(CitizenGenerator(seed: 1, count: 500)))
    #expect(Array(CitizenGenerator(seed: 1, count: 500)) != Array(CitizenGenerator(seed: 2, count: 500)))
    #expect(Array(CitizenGenerator(seed: 1, count: 500).prefix(9)) == Array(CitizenGenerator(seed: 1, count: 9)))
  }

  @Test(arguments: [
    ("Rossi", "Mario", 1985, 12, 10, FiscalCode.Sex.male, "H501", "RSSMRA85T10H501O"),
    ("Bianchi", "Anna", 1962, 1, 31, .female, "F205", "BNCNNA62A71F205V"),
    ("Fo", "Io", 1926, 3, 24, .male, "L219", "FOXIOX26C24L219D"),
    ("Verdi", "Gianfranco", 1978, 6, 5, .male, "F839", "VRDGFR78H05F839R"),
    ("D'Amico", "Nicolò", 1999, 8, 1, .male, "G273", "DMCNCL99M01G273W"),
  ])
  func theVectorsOfTheSpecification(
    family: String, given: String, year: Int, month: Int, day: Int, sex: FiscalCode.Sex, place: String, code: String
  ) throws {
    let date = try #require(CalendarDate(year: year, month: month, day: day))
    let made = try FiscalCode.made(
      familyName: family, givenName: given, birthDate: date, sex: sex, birthplace: place)
    #expect(made.rawValue == code)
  }

  @Test func omocodicVariantsReplaceTheRightmostDigitsFirst() throws {
    #expect(try FiscalCode("RSSMRA85T10H501O").omocodicVariant(1).rawValue == "RSSMRA85T10H50MG")
    #expect(try FiscalCode("BNCNNA62A71F205V").omocodicVariant(7).rawValue == "BNCNNASNATMFNLRC")
  }

  @Test func profilesGoWithAge() {
    let people = Array(CitizenGenerator(seed: 3, count: 20_000))
    func share(_ profile: String, _ ages: ClosedRange<Int>) -> Double {
      let group = people.filter { ages.contains(2026 - $0.birthDate.year) }
      return Double(group.count { $0.profiles.contains { $0.description == profile } }) / Double(group.count)
    }
    #expect(share("pensioner", 70...95) == 1)
    #expect(share("pensioner", 18...50) < 0.05)
    #expect(share("worker-private", 25...50) > 0.5)
    #expect(share("worker-public", 25...50) > 0.1)
    #expect(people.contains { $0.profiles.contains { $0.description == "intermediary" } })
  }

  @Test func nobodyCanBeReached() {
    for citizen in CitizenGenerator(seed: 4, count: 2000) {
      for contact in citizen.contacts {
        let isSafe = contact.value.hasPrefix("+39 000 ") || contact.value.hasSuffix("example.org")
        #expect(isSafe && ContactForm.isPlausible(contact.value, for: contact.kind))
      }
    }
  }

  @Test func generatedCitizensCanBeImported() async throws {
    let place = try await TestPlace()
    let rows = CitizenGenerator(seed: 5, count: 1000).map { $0.imported(as: .random(place.world)) }
    let audit = AuditEntry(.citizensImported, by: .system, at: place.world.now())
    #expect(try await place.citizens.importBatch(rows, audit: audit) == ImportCounts(added: 1000))
    #expect(try await place.citizens.importBatch(rows, audit: audit) == ImportCounts(unchanged: 1000))
  }
}
