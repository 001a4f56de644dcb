import AuthenticatorKit
import Foundation
import HTTPTypes
import Testing

@testable import GatewayHTTP

/// What proxies may say about certificates (safety sentence 6).
@Suite struct CertificateHeaderTests {
  private let der: [UInt8] = Array("not a certificate, but its bytes".utf8)
  private var encoded: String { Data(der).base64EncodedString() }

  private func read(_ fields: [(HTTPField.Name, String)], isTrusted: Bool = true) -> ClientCertificate? {
    var headers = HTTPFields()
    for (name, value) in fields { headers.append(HTTPField(name: name, value: value)) }
    return CertificateHeaders.read(headers, isTrusted: isTrusted).certificate
  }

  private var verified: (HTTPField.Name, String) { (CertificateHeaders.verification, "SUCCESS") }
  private var escapedPEM: String {
    let pem = "-----BEGIN CERTIFICATE-----\n\(encoded)\n-----END CERTIFICATE-----\n"
    return pem.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }

  @Test func aByteSequenceIsRead() {
    #expect(read([(CertificateHeaders.certificate, ":\(encoded):"), verified])?.chain == [der])
  }

  @Test func aChainFollowsItsLeaf() {
    let found = read([
      (CertificateHeaders.certificate, ":\(encoded):"), (CertificateHeaders.chain, ":AQ==:, :AgM=:"), verified,
    ])
    #expect(found?.chain == [der, [1], [2, 3]])
    #expect(found?.source == .proxy)
  }

  @Test func anEscapedPEMIsRead() {
    #expect(read([(CertificateHeaders.escaped, escapedPEM), verified])?.chain == [der])
  }

  @Test func aPlusOfBase64IsNoSpace() throws {
    let bytes: [UInt8] = [0xFB, 0xEF, 0xBE]
    #expect(Data(bytes).base64EncodedString() == "++++")
    let pem = "-----BEGIN CERTIFICATE-----%0A++++%0A-----END CERTIFICATE-----%0A"
    #expect(read([(CertificateHeaders.escaped, pem), verified])?.chain == [bytes])
  }

  @Test func safety6WhatAnybodyElseSaysIsDropped() {
    #expect(read([(CertificateHeaders.certificate, ":\(encoded):"), verified], isTrusted: false) == nil)
    #expect(read([(CertificateHeaders.escaped, escapedPEM), verified], isTrusted: false) == nil)
  }

  @Test(arguments: ["NONE", "FAILED:certificate has expired", "success", "", "SUCCESS, SUCCESS"])
  func safety6OnlySUCCESSCounts(state: String) {
    #expect(read([(CertificateHeaders.certificate, ":\(encoded):"), (CertificateHeaders.verification, state)]) == nil)
    #expect(read([(CertificateHeaders.escaped, escapedPEM), (CertificateHeaders.verification, state)]) == nil)
  }

  @Test func whatAProxyDidNotAcceptIsToldApartFromNothing() {
    var headers: HTTPFields = [CertificateHeaders.certificate: ":\(encoded):"]
    headers[CertificateHeaders.verification] = "FAILED:certificate has expired"
    #expect(CertificateHeaders.read(headers, isTrusted: true) == .refusedByProxy)
    #expect(CertificateHeaders.read([:], isTrusted: true) == .none)
    headers[CertificateHeaders.verification] = "SUCCESS"
    headers[CertificateHeaders.certificate] = ":"
    #expect(CertificateHeaders.read(headers, isTrusted: true) == .malformed)
  }

  @Test func safety6WithoutAStateNothingCounts() {
    #expect(read([(CertificateHeaders.certificate, ":\(encoded):")]) == nil)
  }

  @Test func safety6TwoCopiesOfAFieldAreNobodys() {
    let field = (CertificateHeaders.certificate, ":\(encoded):")
    #expect(read([field, field, verified]) == nil)
    #expect(read([field, verified, verified]) == nil)
    #expect(read([field, (CertificateHeaders.chain, ":AQ==:"), (CertificateHeaders.chain, ":AQ==:"), verified]) == nil)
    #expect(
      read([(CertificateHeaders.escaped, escapedPEM), (CertificateHeaders.escaped, escapedPEM), verified]) == nil)
  }

  @Test func bothFormsAtOnceAreNobodys() {
    let both = [(CertificateHeaders.certificate, ":\(encoded):"), (CertificateHeaders.escaped, escapedPEM), verified]
    #expect(read(both) == nil)
  }

  @Test(arguments: [
    "", ":", "::", "AQ==", "\"AQ==\"", ":A:", ":AQ==:;q=1", ":AQ==: x", "?1", "-----BEGIN CERTIFICATE-----", "(null)",
  ])
  func whatIsNoByteSequenceIsNoCertificate(value: String) {
    #expect(read([(CertificateHeaders.certificate, value), verified]) == nil)
  }

  @Test(arguments: [
    "", "%", "%2", "%zz", "AQ==", "-----BEGIN%20CERTIFICATE-----%0AAQ==", "(null)",
    "-----BEGIN%20PRIVATE%20KEY-----%0AAQ==%0A-----END%20PRIVATE%20KEY-----%0A",
  ])
  func whatIsNoPEMCertificateIsNoCertificate(value: String) {
    #expect(read([(CertificateHeaders.escaped, value), verified]) == nil)
  }

  @Test(arguments: [
    ":AQ==:,", "AQ==", "(:AQ==:)", ":AQ==:, 3", Array(repeating: ":AQ==:", count: 10).joined(separator: ", "),
  ])
  func aBrokenOrEndlessChainSpoilsTheWhole(chain: String) {
    #expect(
      read([(CertificateHeaders.certificate, ":\(encoded):"), (CertificateHeaders.chain, chain), verified]) == nil)
  }
}
