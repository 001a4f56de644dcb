/// The textual encoding of RFC 7468: text, and between two lines of dashes base64.
enum PEM {
  private static let begin = Array("-----BEGIN ".utf8)
  private static let end = Array("-----END ".utf8)
  private static let dashes = Array("-----".utf8)

  /// Whether a file that begins so is one structure in DER: no text has a second octet of 128 or more.
  static func isDER(_ first: UInt8, _ second: UInt8) -> Bool { first == DERTag.sequence && second >= 0x80 }

  /// - Parameters:
  ///   - label: what the blocks must be, such as `CERTIFICATE`; any other block is an error.
  ///   - maximum: the most blocks that there may be.
  /// - Returns: what the blocks hold, at least one.
  static func blocks(
    _ bytes: UnsafeRawBufferPointer, label: String, maximum: Int
  ) throws(CertificateError) -> [[UInt8]] {
    var lines = Lines(bytes)
    var found: [[UInt8]] = []
    while let line = lines.next() {
      if line.starts(with: end) { throw CertificateError(.malformedPEM, "an end without a beginning") }
      guard line.starts(with: begin) else { continue }
      guard line.elementsEqual(begin + label.utf8 + dashes) else {
        throw CertificateError(.unexpectedLabel, "a PEM block that is no \(label)")
      }
      guard found.count < maximum else { throw CertificateError(.tooMany, "more than \(maximum) PEM blocks") }
      found.append(try block(&lines, end: end + label.utf8 + dashes))
    }
    guard !found.isEmpty else { throw CertificateError(.notPEM, "neither DER nor a PEM block") }
    return found
  }

  private static func block(_ lines: inout Lines, end: [UInt8]) throws(CertificateError) -> [UInt8] {
    var decoder = Base64Decoder()
    while let line = lines.next() {
      if line.elementsEqual(end) {
        guard let bytes = decoder.finish() else { throw CertificateError(.malformedPEM, "bad base64") }
        return bytes
      }
      guard decoder.read(line) else { throw CertificateError(.malformedPEM, "bad base64") }
    }
    throw CertificateError(.malformedPEM, "a PEM block without an end")
  }

  /// Lines without their ends and without blanks at their ends.
  private struct Lines {
    private var rest: Slice<UnsafeRawBufferPointer>

    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes[...] }

    mutating func next() -> Slice<UnsafeRawBufferPointer>? {
      guard !rest.isEmpty else { return nil }
      var line = rest.prefix { $0 != 0x0A }
      rest = rest[line.endIndex...].dropFirst()
      while let last = line.last, last == 0x0D || last == 0x20 || last == 0x09 { line = line.dropLast() }
      return line
    }
  }
}
