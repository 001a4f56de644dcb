import Testing

@testable import CertificateKit

/// Files of certificates and lists, as strangers send them.
@Suite struct FileTests {
  private let leaf: [UInt8]
  private let authority: [UInt8]
  private let list: [UInt8]

  init() throws {
    let built = try Scene().built()
    leaf = built.leaf
    authority = built.bundle[0]
    list = built.lists?[1] ?? []
  }

  private func pem(_ der: [UInt8], label: String = "CERTIFICATE", newline: String = "\n") -> [UInt8] {
    let text = Base64Text.encode(der)
    let lines = stride(from: 0, to: text.count, by: 64).map { text.dropFirst($0).prefix(64) }
    let block = ["-----BEGIN \(label)-----"] + lines.map(String.init) + ["-----END \(label)-----", ""]
    return Array(block.joined(separator: newline).utf8)
  }

  private func code(_ bytes: [UInt8], _ limits: FileLimits = FileLimits()) -> CertificateError.Code? {
    do throws(CertificateError) {
      _ = try CertificateFile.read(bytes, limits: limits)
      return nil
    } catch {
      return error.code
    }
  }

  @Test func derAndPEMAreTheSame() throws {
    let certificate = try Certificate(der: leaf)
    #expect(try CertificateFile.read(leaf) == [certificate])
    #expect(try CertificateFile.read(pem(leaf)) == [certificate])
    #expect(try CertificateFile.read(pem(leaf, newline: "\r\n")) == [certificate])
    #expect(try CertificateFile.read(Array("Subject: somebody\n\n".utf8) + pem(leaf)) == [certificate])
    #expect(try CertificateFile.read(pem(leaf) + pem(authority)).count == 2)
  }

  @Test func whatIsNoFileOfCertificatesIsNamed() {
    #expect(code([]) == .empty)
    #expect(code(Array("hello".utf8)) == .notPEM)
    #expect(code([UInt8](repeating: 0, count: 1000)) == .notPEM)
    #expect(code(pem(leaf, label: "PRIVATE KEY")) == .unexpectedLabel)
    #expect(code(pem(leaf, label: "TRUSTED CERTIFICATE")) == .unexpectedLabel)
    #expect(code(pem(leaf) + pem(list, label: "X509 CRL")) == .unexpectedLabel)
    #expect(code(pem(leaf).dropLast(9)) == .malformedPEM)
    #expect(code(Array("-----END CERTIFICATE-----\n".utf8)) == .malformedPEM)
    #expect(code(pem(leaf) + Array("-----BEGIN CERTIFICATE-----\n".utf8)) == .malformedPEM)
    #expect(code(Array("-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n".utf8)) == .empty)
    #expect(code(Array("-----BEGIN CERTIFICATE-----\nAA*A\n-----END CERTIFICATE-----\n".utf8)) == .malformedPEM)
    #expect(code(Array("-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n".utf8)) == .malformedPEM)
    #expect(code(Array("-----BEGIN CERTIFICATE-----\nAA==AA\n-----END CERTIFICATE-----\n".utf8)) == .malformedPEM)
    #expect(code(leaf.dropLast()) == .truncated)
    #expect(code(leaf + [0]) == .trailingData)
    #expect(code(leaf + pem(leaf)) == .trailingData)
  }

  @Test func filesHaveLimits() {
    let certificate = pem(leaf)
    let small = pem(DER.null)
    #expect(code((0..<10_000).flatMap { _ in small }) == .tooMany)
    #expect(code([UInt8](repeating: 0x20, count: 9 << 20)) == .tooLarge)
    #expect(code(certificate + certificate, FileLimits(maximumCount: 1)) == .tooMany)
    #expect(code(certificate, FileLimits(maximumBytes: 100)) == .tooLarge)
    #expect(code(pem([UInt8](repeating: 0x30, count: 70_000))) == .tooLarge)
    #expect(code([0x30, 0x83, 0x10, 0x00, 0x00] + [UInt8](repeating: 0, count: 1 << 20)) == .tooLarge)
  }

  @Test func theErrorSaysWhichCertificateItIs() {
    do throws(CertificateError) {
      _ = try CertificateFile.read(pem(leaf) + pem(authority.dropLast()))
      Issue.record("a broken bundle was read")
    } catch {
      #expect(error == CertificateError(.truncated, ""))
      #expect(error.detail.hasPrefix("certificate 2 of 2"))
    }
  }

  @Test func listsAreReadFromBothForms() throws {
    #expect(try RevocationList.read(list).count == 1)
    #expect(try RevocationList.read(pem(list, label: "X509 CRL")).count == 1)
    #expect(throws: CertificateError(.unexpectedLabel, "")) { try RevocationList.read(pem(leaf)) }
    #expect(throws: CertificateError(.malformed, "")) { try RevocationList.read(leaf) }
    #expect(throws: CertificateError(.empty, "")) { try RevocationList.read([]) }
    #expect(throws: CertificateError(.tooLarge, "")) {
      try RevocationList.read(list, limits: FileLimits(maximumBytes: 10))
    }
    #expect(throws: CertificateError(.unreadableFile, "")) { try RevocationList.read(contentsOf: "/nowhere/a.crl") }
    #expect(throws: CertificateError(.unreadableFile, "")) { try RevocationList.read(contentsOf: "/dev/zero") }
    #expect(throws: CertificateError(.unreadableFile, "")) { try RevocationList.read(contentsOf: "/tmp") }
  }

  /// Every single octet changed, and every length cut: nothing crashes, and nothing broken is taken for the original.
  @Test func noBrokenCopyIsTakenForTheOriginal() throws {
    let issuer = try Certificate(der: authority)
    for index in leaf.indices {
      var copy = leaf
      copy[index] ^= 0x01
      if let read = try? Certificate(der: copy) { #expect(!read.isSigned(by: issuer), "octet \(index)") }
      #expect(throws: CertificateError.self) { try Certificate(der: Array(leaf.prefix(index))) }
    }
  }

  @Test func noBrokenCopyOfAListIsTakenForTheOriginal() throws {
    let issuer = try Certificate(der: authority)
    for index in list.indices {
      var copy = list
      copy[index] ^= 0x01
      if let read = try? RevocationList(der: copy) { #expect(!read.isSigned(by: issuer), "octet \(index)") }
      #expect(throws: CertificateError.self) { try RevocationList(der: Array(list.prefix(index))) }
    }
  }
}

/// Base64 the other way round, for tests.
enum Base64Text {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

  static func encode(_ bytes: [UInt8]) -> String {
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for digit in 0..<4 {
        text.append(digit <= group.count ? alphabet[value >> (18 - 6 * digit) & 0x3F] : "=")
      }
    }
    return text
  }
}
