import AccessModel

/// What a fiscal code is made of.
struct Person {
  let familyName: String
  let givenName: String
  let sex: FiscalCode.Sex
  let birthDate: CalendarDate
  let birthplace: String
}

/// Every combination of names, date and place, numbered; a seed shuffles the numbers.
///
/// Names that give the same three letters share a number, so that two numbers are two fiscal codes; which of them it
/// is comes from the number too.
struct PersonSpace: Sendable {
  private let families = PersonSpace.groups(NameLists.familyNames, by: FiscalCode.familyNamePart)
  private let women = PersonSpace.groups(NameLists.women, by: FiscalCode.givenNamePart)
  private let men = PersonSpace.groups(NameLists.men, by: FiscalCode.givenNamePart)
  private let firstYear: Int
  private let days: UInt64
  private let size: UInt64
  private let step: UInt64
  private let offset: UInt64

  init(seed: UInt64, years: ClosedRange<Int>) {
    firstYear = years.lowerBound
    // At most 28 days a month: every combination is a date.
    days = UInt64(years.count * 12 * 28)
    size = days * UInt64(NameLists.birthplaces.count * families.count * (women.count + men.count))
    var dice = SplitMix64(seed: seed)
    offset = dice.next() % size
    step = PersonSpace.coprime(to: size, from: size / 3 + dice.next() % (size / 3))
  }

  /// - Parameter number: from 0; numbers below the size of the space, some 10¹⁰, give different codes.
  func person(_ number: Int) -> Person? {
    let product = step.multipliedFullWidth(by: UInt64(number) % size)
    var rest = (size.dividingFullWidth(product).remainder + offset) % size
    func take(_ count: Int) -> Int {
      defer { rest /= UInt64(count) }
      return Int(rest % UInt64(count))
    }
    let given = take(women.count + men.count)
    let family = families[take(families.count)]
    let birthplace = NameLists.birthplaces[take(NameLists.birthplaces.count)]
    let month = take(12)
    let day = take(28)
    let year = firstYear + take(Int(days) / (12 * 28))
    let isWoman = given < women.count
    let names = isWoman ? women[given] : men[given - women.count]
    let choice = number &* 31 &+ day
    // The calendar has every day up to the 28th.
    guard let birthDate = CalendarDate(year: year, month: month + 1, day: day + 1) else { return nil }
    return Person(
      familyName: family[choice % family.count], givenName: names[choice % names.count],
      sex: isWoman ? .female : .male,
      birthDate: birthDate, birthplace: birthplace)
  }

  /// Names in groups that give the same letters, in the order of the list.
  private static func groups(_ names: [String], by letters: (String) -> [UInt8]) -> [[String]] {
    var order: [[UInt8]] = []
    var groups: [[UInt8]: [String]] = [:]
    for name in names {
      let key = letters(name)
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(name)
    }
    return order.compactMap { groups[$0] }
  }

  private static func coprime(to size: UInt64, from start: UInt64) -> UInt64 {
    var candidate = start | 1
    while greatestCommonDivisor(candidate, size) != 1 { candidate += 2 }
    return candidate
  }

  private static func greatestCommonDivisor(_ left: UInt64, _ right: UInt64) -> UInt64 {
    right == 0 ? left : greatestCommonDivisor(right, left % right)
  }
}

/// A small deterministic generator, for things that must look random and are no secret.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// 0 to 99.
  mutating func percent() -> Int { Int(next() % 100) }
}
