import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority and a server certificate for loopback, made at every start and good for a week.
struct DemoPKI {
  let authority: String
  let certificate: String
  let key: String

  static func make(now: Date = Date()) throws -> DemoPKI {
    let authorityKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let authorityName = try DistinguishedName { CommonName("Varco demo CA, throw-away") }
    let authority = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: authorityKey.publicKey, notValidBefore: now - 60,
      notValidAfter: now + 7 * 86400, issuer: authorityName, subject: authorityName,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
      }, issuerPrivateKey: authorityKey)
    let serverKey = P256.Signing.PrivateKey()
    let server = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: Certificate.PrivateKey(serverKey).publicKey,
      notValidBefore: now - 60, notValidAfter: now + 7 * 86400, issuer: authorityName,
      subject: try DistinguishedName { CommonName("localhost") }, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames([.dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1]))])
      }, issuerPrivateKey: authorityKey)
    return DemoPKI(
      authority: try authority.serializeAsPEM().pemString, certificate: try server.serializeAsPEM().pemString,
      key: serverKey.pemRepresentation)
  }
}
