import CertificateKit

/// What the parts of an input hold, each read as its kind and dropped where it is unreadable.
struct CertificateParts {
  private(set) var certificates: [Certificate] = []
  private(set) var anchors: [Certificate] = []
  private(set) var lists: [RevocationList] = []
  private(set) var answers: [[UInt8]] = []
  private(set) var brokenPromise: String?

  /// The low bits of a part's kind say what it is; the highest, that its one octet is the number of a known file.
  init(_ parts: [FuzzInput.Part], _ known: KnownFiles) {
    for part in parts {
      let isNumber = part.kind & 0x80 != 0
      switch part.kind & 0x03 {
      case 0: certificates += read(isNumber ? Self.known(known.certificates, part) : part.bytes)
      case 1: lists += readLists(isNumber ? Self.known(known.lists, part) : part.bytes)
      case 2: answers.append(isNumber ? Self.known(known.answers, part) : part.bytes)
      default: anchors += read(isNumber ? Self.known(known.certificates, part) : part.bytes)
      }
    }
  }

  private static func known(_ files: [[UInt8]], _ part: FuzzInput.Part) -> [UInt8] {
    files.isEmpty ? [] : files[Int(part.bytes.first ?? 0) % files.count]
  }

  private mutating func read(_ bytes: [UInt8]) -> [Certificate] {
    guard let found = try? CertificateFile.read(bytes) else { return [] }
    for certificate in found {
      if bytes.first == 0x30 && found.count == 1 && certificate.der != bytes && bytes.count > 1 && bytes[1] >= 0x80 {
        brokenPromise = "a certificate has other bytes than were read"
      }
      lookAt(certificate)
    }
    return found
  }

  /// Whatever a module or a page asks a certificate about.
  private mutating func lookAt(_ certificate: Certificate) {
    let urls = certificate.crlURLs + certificate.ocspURLs + certificate.caIssuersURLs
    if !urls.allSatisfy({ $0.lowercased().hasPrefix("http") }) { brokenPromise = "an address of another scheme" }
    if certificate.notBefore > certificate.notAfter && certificate.isCA && certificate.isSelfIssued { return }
    let octets = certificate.subjectAttributes.reduce(0) { $0 + $1.bytes.count }
    if octets > certificate.der.count { brokenPromise = "names that are longer than the certificate" }
    if certificate.criticalExtensions.contains(where: { !certificate.isCritical($0) }) {
      brokenPromise = "an extension that is critical and is not"
    }
  }

  private mutating func readLists(_ bytes: [UInt8]) -> [RevocationList] {
    guard let found = try? RevocationList.read(bytes) else { return [] }
    if found.contains(where: { $0.count > bytes.count || $0.isNewer(than: $0) || !$0.isSameSeries(as: $0) }) {
      brokenPromise = "a list that is longer than its bytes, or newer than itself"
    }
    return found
  }
}
