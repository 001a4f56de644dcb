public import Foundation

/// What we read of a trusted list (ETSI TS 119 612) whose signature was verified.
public struct TrustServiceList: Sendable, Equatable {
  /// `TSLSequenceNumber`: grows with every list that the scheme's operator publishes.
  public let sequenceNumber: Int
  /// `SchemeTerritory`, such as `IT`.
  public let territory: String
  public let issued: Date
  /// From when on the list is stale; nil if its scheme is closed.
  public let nextUpdate: Date?
  public let services: [TrustService]
  /// SHA-256 of what was signed, in hexadecimal: the same content signed again has the same.
  public let contentDigest: String
}

/// A `TSPService`.
public struct TrustService: Sendable, Equatable {
  /// In Italian, else in English, else the first; control characters replaced.
  public let name: String
  public let type: String
  public let status: String
  public let statusSince: Date
  /// The text of each `X509Certificate`.
  let certificates: [String]

  /// Its certificates, as anchors.
  func anchors() throws(TrustedListRefusal) -> [TrustAnchor] {
    var anchors: [TrustAnchor] = []
    for text in certificates {
      guard let der = Self.certificate(text) else { throw .badCertificate(service: name) }
      anchors.append(TrustAnchor(der: der, service: name))
    }
    return anchors
  }

  private static func certificate(_ text: String) -> [UInt8]? {
    let base64 = String(text.unicodeScalars.filter { !CharacterSet.xmlBlanks.contains($0) })
    guard let data = Data(base64Encoded: base64), data.base64EncodedString() == base64, data.count <= 1 << 16 else {
      return nil
    }
    let der = Array(data)
    return isOneSequence(der) ? der : nil
  }

  /// Whether the bytes are one DER SEQUENCE (X.690 section 8.1) and nothing after it.
  private static func isOneSequence(_ der: [UInt8]) -> Bool {
    guard der.count > 2, der[0] == 0x30 else { return false }
    if der[1] < 0x80 { return der.count == 2 + Int(der[1]) }
    let octets = Int(der[1] & 0x7F)
    guard (1...3).contains(octets), der.count > 2 + octets else { return false }
    let length = der[2..<2 + octets].reduce(0) { $0 << 8 | Int($1) }
    return length >= 0x80 && der[2] != 0 && der.count == 2 + octets + length
  }
}

extension CharacterSet {
  static let xmlBlanks = CharacterSet(charactersIn: " \t\r\n")
}

extension String {
  /// Without the blanks around it, which XML Schema collapses.
  var collapsed: String { trimmingCharacters(in: .xmlBlanks) }

  /// For a terminal and one line: no control, format or line separator characters, at most 200 characters.
  var printable: String {
    let scalars = unicodeScalars.map { scalar -> Unicode.Scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: "\u{FFFD}"
      default: scalar
      }
    }
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars.prefix(200))
    return text.collapsed
  }
}
