import AccessModel
import Crypto
import Foundation
import SwiftASN1
import X509

/// The authority of the demo, two cards of the CNS shape that it has issued, and its list of revoked ones.
///
/// Elliptic curves instead of the RSA of real cards, because the demo starts in a blink. `certs/make-demo-pki.sh` makes
/// the whole zoo.
struct DemoCards {
  struct Card {
    let certificate: String
    let key: String
  }

  let authority: String
  let good: Card
  let revoked: Card
  /// DER.
  let revocationList: [UInt8]

  static func make(_ codes: [FiscalCode], now: Date = Date()) throws -> DemoCards {
    let issuer = try Issuer(now: now)
    let (good, _) = try issuer.card(for: codes[0], number: 1)
    let (revoked, serial) = try issuer.card(for: codes[1 % codes.count], number: 2)
    return DemoCards(
      authority: try issuer.certificate.serializeAsPEM().pemString, good: good, revoked: revoked,
      revocationList: try issuer.revocationList([serial]))
  }
}

private struct Issuer {
  let key = P256.Signing.PrivateKey()
  let name: DistinguishedName
  let certificate: Certificate
  let now: Date

  init(now: Date) throws {
    // Rounded: a certificate's times are whole seconds.
    self.now = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
    name = try DistinguishedName {
      CountryName("IT")
      OrganizationName("Regione Demo")
      CommonName("Regione Demo - CA Cittadini, throw-away")
    }
    let publicKey = Certificate.PrivateKey(key).publicKey
    certificate = try Certificate(
      version: .v3, serialNumber: Issuer.serial(), publicKey: publicKey, notValidBefore: self.now - 60,
      notValidAfter: self.now + 7 * 86400, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
        SubjectKeyIdentifier(hash: publicKey)
      }, issuerPrivateKey: Certificate.PrivateKey(key))
  }

  func card(for code: FiscalCode, number: Int) throws -> (DemoCards.Card, Certificate.SerialNumber) {
    let cardKey = P256.Signing.PrivateKey()
    let publicKey = Certificate.PrivateKey(cardKey).publicKey
    let serial = Issuer.serial()
    let digits = String(7_000_000_000_000_000 + number)
    let print = Data(Insecure.SHA1.hash(data: Data("EF_DatiPersonali \(number)".utf8))).base64EncodedString()
    let card = try Certificate(
      version: .v3, serialNumber: serial, publicKey: publicKey, notValidBefore: now - 60,
      notValidAfter: now + 6 * 86400, issuer: name,
      subject: try DistinguishedName {
        CountryName("IT")
        OrganizationName("Regione Demo")
        OrganizationalUnitName("Anagrafe demo")
        CommonName("\(code.rawValue)/\(digits).\(print)")
      }, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.clientAuth])
        try Issuer.policies()
        AuthorityKeyIdentifier(keyIdentifier: identifier)
        SubjectKeyIdentifier(hash: publicKey)
      }, issuerPrivateKey: Certificate.PrivateKey(key))
    return (DemoCards.Card(certificate: try card.serializeAsPEM().pemString, key: cardKey.pemRepresentation), serial)
  }

  private var identifier: ArraySlice<UInt8> {
    SubjectKeyIdentifier(hash: Certificate.PrivateKey(key).publicKey).keyIdentifier
  }

  /// Positive and of 16 octets (RFC 5280 section 4.1.2.2).
  private static func serial() -> Certificate.SerialNumber {
    var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
    bytes[0] = bytes[0] & 0x3F | 0x40
    return Certificate.SerialNumber(bytes: bytes)
  }

  /// The CNS authentication policy.
  private static func policies() throws -> Certificate.Extension {
    var serializer = DER.Serializer()
    try serializer.appendConstructedNode(identifier: .sequence) { policies in
      try policies.appendConstructedNode(identifier: .sequence) { policy in
        try policy.serialize([1, 3, 76, 16, 2, 1] as ASN1ObjectIdentifier)
      }
    }
    return Certificate.Extension(oid: [2, 5, 29, 32], critical: false, value: serializer.serializedBytes[...])
  }

  /// A version 2 list as RFC 5280 section 5 wants it, current for a week.
  func revocationList(_ serials: [Certificate.SerialNumber]) throws -> [UInt8] {
    let toBeSigned = try DER.encoded { list in
      try list.appendConstructedNode(identifier: .sequence) { list in
        try list.serialize(1)
        try algorithm(&list)
        try list.serialize(name)
        try list.serialize(try UTCTime(now))
        try list.serialize(try UTCTime(now + 7 * 86400))
        try list.appendConstructedNode(identifier: .sequence) { entries in
          for serial in serials {
            try entries.appendConstructedNode(identifier: .sequence) { entry in
              try entry.serialize(ArraySlice(serial.bytes))
              try entry.serialize(try UTCTime(now))
            }
          }
        }
        try list.appendConstructedNode(identifier: ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)) {
          try extensions(&$0)
        }
      }
    }
    let signature = try key.signature(for: toBeSigned).derRepresentation
    return try DER.encoded { list in
      try list.appendConstructedNode(identifier: .sequence) { list in
        list.serializeRawBytes(toBeSigned)
        try algorithm(&list)
        try list.serialize(ASN1BitString(bytes: ArraySlice(signature)))
      }
    }
  }

  private func algorithm(_ serializer: inout DER.Serializer) throws {
    try serializer.appendConstructedNode(identifier: .sequence) {
      try $0.serialize([1, 2, 840, 10045, 4, 3, 2] as ASN1ObjectIdentifier)
    }
  }

  /// authorityKeyIdentifier and cRLNumber.
  private func extensions(_ serializer: inout DER.Serializer) throws {
    let key = try Certificate.Extension(AuthorityKeyIdentifier(keyIdentifier: identifier), critical: false)
    let number = try DER.encoded { try $0.serialize(1) }
    try serializer.appendConstructedNode(identifier: .sequence) { list in
      for (oid, value) in [(key.oid, key.value), ([2, 5, 29, 20], number[...])] {
        try list.appendConstructedNode(identifier: .sequence) { field in
          try field.serialize(oid)
          try field.serialize(ASN1OctetString(contentBytes: value))
        }
      }
    }
  }
}

extension DER {
  fileprivate static func encoded(_ body: (inout Serializer) throws -> Void) throws -> [UInt8] {
    var serializer = Serializer()
    try body(&serializer)
    return serializer.serializedBytes
  }
}

extension UTCTime {
  fileprivate init(_ date: Date) throws {
    let parts = Calendar(identifier: .gregorian).dateComponents(in: .gmt, from: date)
    try self.init(
      year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0, hours: parts.hour ?? 0,
      minutes: parts.minute ?? 0, seconds: parts.second ?? 0)
  }
}
