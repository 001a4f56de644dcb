public import AccessModel
public import BrokerStore

/// Somebody who does not exist.
public struct GeneratedCitizen: Sendable, Equatable {
  public let fiscalCode: FiscalCode
  public let givenName: String
  public let familyName: String
  public let sex: FiscalCode.Sex
  public let birthDate: CalendarDate
  public let birthplace: String
  public let profiles: Set<ProfileID>
  /// At example.org, and with telephone numbers that no network gives.
  public let contacts: Set<Contact>

  /// The citizen as an import takes it.
  public func imported(as id: CitizenID) -> ImportedCitizen {
    ImportedCitizen(
      newID: id, fiscalCode: fiscalCode, givenName: givenName, familyName: familyName, profiles: profiles,
      contacts: contacts)
  }
}

/// Plausible citizens with valid fiscal codes, all different, always the same ones for a seed.
///
/// A sequence, so that any number costs no memory: each number stands for another combination of names, date and
/// place. About one in a thousand shares the base code of the one before and has an omocodic code.
public struct CitizenGenerator: Sequence, Sendable {
  public let seed: UInt64
  public let count: Int
  /// The year in which everybody is 18 to 95 years old.
  public let year: Int
  private let people: PersonSpace

  /// - Parameters:
  ///   - seed: whose people; two seeds share some codes.
  ///   - count: 0 to 10,000,000.
  public init(seed: UInt64, count: Int, year: Int = 2026) {
    self.seed = seed
    self.count = Swift.min(Swift.max(count, 0), 10_000_000)
    self.year = year
    people = PersonSpace(seed: seed, years: (year - 95)...(year - 18))
  }

  public func makeIterator() -> Iterator { Iterator(generator: self) }

  public struct Iterator: IteratorProtocol {
    let generator: CitizenGenerator
    private var index = 0

    init(generator: CitizenGenerator) { self.generator = generator }

    public mutating func next() -> GeneratedCitizen? {
      while index < generator.count {
        index += 1
        if let citizen = generator.citizen(index - 1) { return citizen }
      }
      return nil
    }
  }

  /// The citizen with a number from 0; what the number says decides everything.
  private func citizen(_ index: Int) -> GeneratedCitizen? {
    let isTwin = index % 997 == 996
    guard
      let person = people.person(isTwin ? index - 1 : index),
      let own = try? FiscalCode.made(
        familyName: person.familyName, givenName: person.givenName, birthDate: person.birthDate, sex: person.sex,
        birthplace: person.birthplace),
      let code = isTwin ? try? own.omocodicVariant(1) : own
    else { return nil }
    var dice = SplitMix64(seed: seed ^ UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
    return GeneratedCitizen(
      fiscalCode: code, givenName: person.givenName, familyName: person.familyName, sex: person.sex,
      birthDate: person.birthDate, birthplace: person.birthplace,
      profiles: CitizenGenerator.profiles(age: year - person.birthDate.year, &dice),
      contacts: CitizenGenerator.contacts(person, index, &dice))
  }
}

/// What surrounds a person: work by age, and ways to be reached.
extension CitizenGenerator {
  private static func profiles(age: Int, _ dice: inout SplitMix64) -> Set<ProfileID> {
    var names: [String] = []
    let works = age < 60 ? 92 : age < 67 ? 55 : 4
    if dice.percent() < works {
      let kind = dice.percent()
      names.append(kind < 20 ? "worker-public" : kind < 85 ? "worker-private" : "professional")
      if dice.percent() < 1 { names.append("intermediary") }
    }
    if age >= 67 || age >= 60 && dice.percent() < 40 || names.isEmpty && dice.percent() < 10 {
      names.append("pensioner")
    }
    return Set(names.compactMap(ProfileID.init))
  }

  private static func contacts(_ person: Person, _ index: Int, _ dice: inout SplitMix64) -> Set<Contact> {
    var contacts = Set<Contact>()
    let name = "\(person.givenName).\(person.familyName)".lowercased()
    // No country gives 000 as a network code: a message to such a number reaches nobody.
    if dice.percent() < 90 { contacts.insert(Contact(.mobile, "+39 000 \(padded(index))")) }
    if dice.percent() < 75 { contacts.insert(Contact(.email, "\(name).\(index)@example.org")) }
    if dice.percent() < 5 { contacts.insert(Contact(.pec, "\(name).\(index)@pec.example.org")) }
    if dice.percent() < 15 { contacts.insert(Contact(.homePhone, "+39 000 \(padded(index + 10_000_000))")) }
    return contacts
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: Swift.max(0, 8 - digits.count)) + digits
  }
}
