import AccessModel

/// What is guessable for those who know the owner (spec 7.2).
extension PINRules {
  static func trace(of owner: PINOwner, in text: [UInt8]) -> PINRefusal? {
    // The law asks for eight characters of the code in a row, which would be the whole PIN; five give away as much.
    let code = Array(owner.fiscalCode.rawValue.utf8)
    if contains(text, aRunOf: code) { return .fiscalCode }
    if owner.fiscalCode.birthDates.contains(where: { hasDate($0, in: text) }) { return .birthDate }
    let names = [owner.givenName, owner.familyName].map(letters)
    return names.contains { contains(text, aRunOf: $0) } ? .name : nil
  }

  private static func hasDate(_ date: CalendarDate, in text: [UInt8]) -> Bool {
    writings(of: date).contains { contains(text, Array($0.utf8)) }
  }

  /// A date in the orders in which people write it, with at least six characters each.
  static func writings(of date: CalendarDate) -> [String] {
    let (day, month) = (twoDigits(date.day), twoDigits(date.month))
    let (year, short) = (String(date.year), twoDigits(date.year % 100))
    let word = months[date.month - 1]
    let written = [
      day + month + year, month + day + year, year + month + day, year + day + month,
      day + month + short, month + day + short, short + month + day, short + day + month,
      "\(date.day)\(date.month)\(year)", "\(year)\(date.month)\(date.day)",
      day + word + short, "\(date.day)\(word)\(year)", short + word + day, word + day + short,
    ]
    return written.filter { $0.utf8.count >= 6 }
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

  private static let months = ["GEN", "FEB", "MAR", "APR", "MAG", "GIU", "LUG", "AGO", "SET", "OTT", "NOV", "DIC"]

  /// The letters of a name as they would be typed in a PIN: upper case, without accents, spaces and apostrophes.
  static func letters(of name: String) -> [UInt8] {
    name.uppercased().unicodeScalars.compactMap { scalar in
      if let plain = accented[scalar] { return plain }
      guard scalar.isASCII, isLetter(UInt8(scalar.value)) else { return nil }
      return UInt8(scalar.value)
    }
  }

  private static let accented: [Unicode.Scalar: UInt8] = {
    let groups: [(String, UInt8)] = [
      ("ÀÁÂÃÄÅĂĄ", 0x41), ("ÇĆČ", 0x43), ("ĐĎ", 0x44), ("ÈÉÊËĘĚ", 0x45), ("ÌÍÎÏ", 0x49), ("ŁĽ", 0x4C), ("ÑŃŇ", 0x4E),
      ("ÒÓÔÕÖØŐ", 0x4F), ("ŘŔ", 0x52), ("ŚŠŞȘ", 0x53), ("ŤŢȚ", 0x54), ("ÙÚÛÜŮŰ", 0x55), ("ÝŸ", 0x59), ("ŹŻŽ", 0x5A),
    ]
    var table: [Unicode.Scalar: UInt8] = [:]
    for (scalars, plain) in groups {
      for scalar in scalars.unicodeScalars { table[scalar] = plain }
    }
    return table
  }()
}
