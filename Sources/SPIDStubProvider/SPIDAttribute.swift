/// The attributes of SPID, in the order in which they are shown (specification section 4.7).
public enum SPIDAttribute: String, Sendable, Hashable, CaseIterable {
  case spidCode, name, familyName, placeOfBirth, countyOfBirth, dateOfBirth, gender
  case companyName, registeredOffice, fiscalNumber, ivaCode, idCard, companyFiscalNumber, mobilePhone, email
  case domicileStreetAddress, domicilePostalCode, domicileMunicipality, domicileProvince, domicileNation
  case digitalAddress, expirationDate

  /// The five that this gateway asks for, and no others (specification sections 4.7 and 7.4).
  public static let requested: [SPIDAttribute] = [.spidCode, .name, .familyName, .dateOfBirth, .fiscalNumber]

  func label(_ isItalian: Bool) -> String {
    switch self {
    case .spidCode: isItalian ? "Codice SPID" : "SPID code"
    case .name: isItalian ? "Nome" : "Given name"
    case .familyName: isItalian ? "Cognome" : "Family name"
    case .dateOfBirth: isItalian ? "Data di nascita" : "Date of birth"
    case .fiscalNumber: isItalian ? "Codice fiscale" : "Fiscal code"
    default: rawValue
    }
  }

  /// A value as it may stand on a page: of a fiscal code the last four characters only.
  func shown(_ value: String) -> String {
    guard self == .fiscalNumber else { return value }
    return String(repeating: "•", count: max(0, value.count - 4)) + value.suffix(4)
  }
}
