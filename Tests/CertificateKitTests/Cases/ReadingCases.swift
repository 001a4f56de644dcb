@testable import CertificateKit

/// Bytes that are no certificate: each is named, and nothing else happens.
enum ReadingCases {
  private static func leaf(
    _ name: String, _ code: CertificateError.Code, _ bend: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) -> AdversarialCase {
    AdversarialCase(name, .unreadable(code)) { $0.leaf.whole = bend }
  }

  static let all: [AdversarialCase] = [
    leaf("no octets", .empty) { _ in [] },
    leaf("one octet", .truncated) { _ in [0x30] },
    leaf("half a certificate", .truncated) { Array($0.prefix($0.count / 2)) },
    leaf("all but one octet", .truncated) { $0.dropLast() },
    leaf("one octet more", .trailingData) { $0 + [0] },
    leaf("a second certificate behind the first", .trailingData) { $0 + $0 },
    leaf("a megabyte", .tooLarge) { $0 + [UInt8](repeating: 0, count: 1 << 20) },
    leaf("a megabyte inside", .tooLarge) { DER.sequence($0, DER.octets([UInt8](repeating: 0, count: 1 << 20))) },
    leaf("nothing but NULs", .notDER) { _ in [UInt8](repeating: 0, count: 500) },
    leaf("text", .truncated) { _ in Array("certificate".utf8) },
    leaf("nested without end", .tooDeep) { _ in
      (0..<10_000).reduce(DER.null) { inner, _ in inner.count > 60_000 ? inner : DER.sequence(inner) }
    },
    leaf("nested twenty deep", .tooDeep) { _ in (0..<20).reduce(DER.null) { inner, _ in DER.sequence(inner) } },
    leaf("nested nineteen deep", .malformed) { _ in (0..<19).reduce(DER.null) { inner, _ in DER.sequence(inner) } },
    leaf("indefinite length", .notDER) { [0x30, 0x80] + $0.dropFirst(4) + [0, 0] },
    leaf("length of more octets than it needs", .notDER) { [0x30, 0x83, 0x00] + $0.dropFirst(2) },
    leaf("length in the long form that fits the short one", .notDER) { _ in [0x30, 0x81, 0x02, 0x05, 0x00] },
    leaf("length of five octets", .notDER) { [0x30, 0x85, 0, 0, 0] + $0.dropFirst(2) },
    leaf("length beyond all memory", .truncated) { [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF] + $0.dropFirst(4) },
    leaf("constructed string", .notDER) { DER.sequence($0, DER.element(0x24, DER.octets([1]))) },
    leaf("identifier of several octets", .notDER) { DER.sequence($0, [0x3F, 0x81, 0x00, 0x00]) },
    leaf("primitive sequence", .notDER) { DER.sequence($0, [0x10, 0x00]) },
    leaf("boolean of 1", .notDER) { DER.sequence($0, [0x01, 0x01, 0x01]) },
    leaf("integer of no octets", .notDER) { DER.sequence($0, [0x02, 0x00]) },
    leaf("null with content", .notDER) { DER.sequence($0, [0x05, 0x01, 0x00]) },
    leaf("object identifier that does not end", .notDER) { DER.sequence($0, [0x06, 0x02, 0x55, 0x84]) },
    leaf("object identifier with a leading zero", .notDER) { DER.sequence($0, [0x06, 0x03, 0x55, 0x80, 0x01]) },
    leaf("bits with eight unused ones", .notDER) { DER.sequence($0, [0x03, 0x02, 0x08, 0x00]) },
    leaf("bits with something in the unused ones", .notDER) { DER.sequence($0, [0x03, 0x02, 0x01, 0x01]) },
    leaf("a list", .malformed) { _ in
      DER.sequence(DER.sequence(DER.integer(1)), TestAlgorithm.ecdsaSHA256.identifier, DER.bits([1]))
    },
    leaf("an empty sequence", .malformed) { _ in DER.sequence() },
    AdversarialCase("serial number that is longer than it need be", .unreadable(.notDER)) {
      $0.leaf.serialNumber = DER.integer(octets: [0x00, 0x05])
    },
    AdversarialCase("serial number of no octets", .unreadable(.notDER)) {
      $0.leaf.serialNumber = DER.integer(octets: [])
    },
    AdversarialCase("serial number in an OCTET STRING", .unreadable(.malformed)) {
      $0.leaf.serialNumber = DER.octets([5])
    },
    AdversarialCase("key that is no key", .refused(.unsupportedKey)) {
      $0.leaf.keyInfo = DER.sequence(DER.sequence(DER.oid("1.2.840.113549.1.1.1"), DER.null), DER.bits([1, 2, 3]))
    },
    AdversarialCase("point that is not on the curve", .refused(.unsupportedKey)) {
      let algorithm = DER.sequence(DER.oid("1.2.840.10045.2.1"), DER.oid("1.2.840.10045.3.1.7"))
      $0.leaf.keyInfo = DER.sequence(algorithm, DER.bits([0x04] + [UInt8](repeating: 0x11, count: 64)))
    },
    AdversarialCase("authority in the bundle that is cut off", .unreadable(.truncated)) {
      $0.authority.whole = { $0.dropLast(5) }
    },
    AdversarialCase("anchor that is cut off", .unreadable(.truncated)) { $0.root.whole = { $0.dropLast(5) } },
  ]
}
