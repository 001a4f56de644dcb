import AccessModel
import BrokerStore

/// What a row says, column by column, before it is judged. A column that the row does not have is absent.
struct CitizenRow {
  var texts: [CitizenColumn: String] = [:]
  /// Separated in the source's own way.
  var profiles: [String]?

  /// Judges the row.
  /// - Parameters:
  ///   - knownProfiles: the ids that the catalogue has; empty to take any well-formed one.
  ///   - newID: what the citizen is called if new.
  func citizen(knownProfiles: Set<ProfileID>, newID: CitizenID) throws(RowRefusal) -> ImportedCitizen {
    let contacts = try contacts()
    return ImportedCitizen(
      newID: newID, fiscalCode: try fiscalCode(), givenName: try name(.givenName), familyName: try name(.familyName),
      profiles: try profileIDs(known: knownProfiles), state: try state(), contacts: contacts,
      contactKinds: Set(texts.keys.compactMap(\.contact)))
  }

  private func fiscalCode() throws(RowRefusal) -> FiscalCode {
    do throws(FiscalCodeError) {
      return try FiscalCode(texts[.fiscalCode] ?? "")
    } catch {
      throw RowRefusal(error.description)
    }
  }

  private func name(_ column: CitizenColumn) throws(RowRefusal) -> String {
    guard let name = try text(column, atMost: 200) else { throw RowRefusal("\(column.rawValue) is empty") }
    return name
  }

  private func profileIDs(known: Set<ProfileID>) throws(RowRefusal) -> Set<ProfileID>? {
    guard let profiles else { return nil }
    var ids = Set<ProfileID>()
    for text in profiles {
      guard let id = ProfileID(text), known.isEmpty || known.contains(id) else {
        throw RowRefusal("the profile\(CitizenColumn.printable(text)) is unknown")
      }
      ids.insert(id)
    }
    return ids
  }

  private func state() throws(RowRefusal) -> Citizen.State? {
    guard let text = try text(.state, atMost: 40) else { return nil }
    guard let state = Citizen.State(rawValue: text.lowercased()) else {
      throw RowRefusal("state is none of \(Citizen.State.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return state
  }

  private func contacts() throws(RowRefusal) -> Set<Contact> {
    var contacts = Set<Contact>()
    for column in CitizenColumn.allCases {
      guard let kind = column.contact, let value = try text(column, atMost: 500) else { continue }
      guard ContactForm.isPlausible(value, for: kind) else {
        throw RowRefusal("\(column.rawValue) has not the form of \(ContactForm.word(for: kind))")
      }
      contacts.insert(Contact(kind, value))
    }
    return contacts
  }

  /// A text with its spaces and newlines brought to single spaces; nil if it is absent or empty.
  private func text(_ column: CitizenColumn, atMost limit: Int) throws(RowRefusal) -> String? {
    guard let raw = texts[column] else { return nil }
    let text = raw.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard !text.isEmpty else { return nil }
    guard text.utf8.count <= limit else { throw RowRefusal("\(column.rawValue) is longer than \(limit) bytes") }
    guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw RowRefusal("\(column.rawValue) holds a control character")
    }
    return text
  }
}

/// Whether a contact can be meant as one. Light: only using it shows whether it works.
enum ContactForm {
  static func isPlausible(_ value: String, for kind: Contact.Kind) -> Bool {
    switch kind {
    case .email, .pec: isMail(value)
    case .mobile, .homePhone, .officePhone, .fax: isPhone(value)
    case .address: true
    }
  }

  static func word(for kind: Contact.Kind) -> String {
    switch kind {
    case .email, .pec: "an e-mail address"
    case .mobile, .homePhone, .officePhone, .fax: "a telephone number"
    case .address: "an address"
    }
  }

  private static func isMail(_ value: String) -> Bool {
    let parts = value.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, value.utf8.count <= 254 else { return false }
    let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    return labels.count > 1 && labels.allSatisfy { !$0.isEmpty } && !value.contains { " <>,;:\"()[]\\".contains($0) }
  }

  private static func isPhone(_ value: String) -> Bool {
    let digits = value.utf8.count { (0x30...0x39).contains($0) }
    guard (5...20).contains(digits), value.utf8.count <= 40 else { return false }
    return value.enumerated().allSatisfy { index, character in
      character.isASCII && character.isNumber || " -/.()".contains(character) || character == "+" && index == 0
    }
  }
}
