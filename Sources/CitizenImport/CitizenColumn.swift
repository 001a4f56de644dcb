import BrokerStore

/// What a source can say of a citizen: the names of CSV columns and of JSON keys.
enum CitizenColumn: String, CaseIterable {
  case fiscalCode = "fiscal_code"
  case givenName = "given_name"
  case familyName = "family_name"
  case profiles
  case state
  case mobile
  case email
  case pec
  case homePhone = "home_phone"
  case officePhone = "office_phone"
  case fax
  case address

  static let required: [CitizenColumn] = [.fiscalCode, .givenName, .familyName]

  /// The kind of contact that it holds, if it holds one.
  var contact: Contact.Kind? {
    switch self {
    case .mobile: .mobile
    case .email: .email
    case .pec: .pec
    case .homePhone: .homePhone
    case .officePhone: .officePhone
    case .fax: .fax
    case .address: .address
    case .fiscalCode, .givenName, .familyName, .profiles, .state: nil
    }
  }

  /// Reads a header. A file without one has a person in its first line, so that a name is repeated only where the
  /// line is a header and the name cannot be a code.
  static func columns(_ header: [String]) throws(ImportError) -> [CitizenColumn] {
    let names = header.map { $0.lowercased().filter { !$0.isWhitespace } }
    for column in required where !names.contains(column.rawValue) {
      throw .header("there is no column \(column.rawValue); the first line must name the columns")
    }
    var columns: [CitizenColumn] = []
    for (index, name) in names.enumerated() {
      guard let column = CitizenColumn(rawValue: name) else {
        throw .header("column \(index + 1)\(printable(name)) is unknown")
      }
      guard !columns.contains(column) else { throw .header("the column \(name) stands there twice") }
      columns.append(column)
    }
    return columns
  }

  /// A name from the file as it may be printed: short and without digits, so that it is nobody's code.
  static func printable(_ name: String) -> String {
    let isPlain =
      !name.isEmpty && name.utf8.count <= 40
      && name.utf8.allSatisfy {
        (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F || $0 == 0x2D
      }
    return isPlain ? " (\(name))" : ""
  }
}
