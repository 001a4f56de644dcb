/// The algorithms that are taken; every other one is refused, among them SHA-1, HMAC, XPath and XSLT.
enum Algorithms {
  static let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

  static let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"

  /// Canonical XML 1.0 and 1.1 and Exclusive Canonical XML 1.0, each without comments.
  static let canonicalization: Set<String> = [
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11",
    exclusive,
  ]

  static let digest: Set<String> = [
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
  ]

  static let signature: [String: KeyFamily] = [
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": .rsa,
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": .rsa,
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": .rsa,
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256": .ellipticCurve,
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384": .ellipticCurve,
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512": .ellipticCurve,
  ]

  /// What xmlsec may use for a reference, and for the signature's own information.
  static let inReference = [enveloped] + canonicalization.sorted() + digest.sorted()
  static let inSignedInfo = canonicalization.sorted() + signature.keys.sorted()

  /// A name from a document, for a reason that goes to a log: printable and short, or not at all.
  static func printable(_ name: String?) -> String {
    guard let name, name.utf8.count <= 100, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return "(?)" }
    return name
  }
}

enum KeyFamily: Sendable { case rsa, ellipticCurve }
