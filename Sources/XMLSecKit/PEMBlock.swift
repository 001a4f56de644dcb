import Foundation

/// One block of a PEM file (RFC 7468).
public struct PEMBlock: Sendable, Equatable {
  /// Such as `CERTIFICATE`.
  public let label: String
  public let der: [UInt8]

  public init(label: String, der: [UInt8]) {
    self.label = label
    self.der = der
  }

  /// The blocks of a text in order; text between them is passed over.
  /// - Returns: nil if a block is not ended, is not base64, or holds headers.
  public static func parse(_ text: String) -> [PEMBlock]? {
    var blocks: [PEMBlock] = []
    var open: (label: String, base64: String)?
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.trimmingCharacters(in: .whitespaces)
      if let label = boundary(line, "BEGIN") {
        guard open == nil else { return nil }
        open = (label, "")
      } else if let label = boundary(line, "END") {
        guard let block = open, block.label == label, let der = Data(base64Encoded: block.base64) else { return nil }
        blocks.append(PEMBlock(label: label, der: Array(der)))
        open = nil
      } else {
        open?.base64 += line
      }
    }
    return open == nil ? blocks : nil
  }

  /// The block as text, 64 characters a line, ended by a newline.
  public var text: String {
    let base64 = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    return "-----BEGIN \(label)-----\n\(base64)\n-----END \(label)-----\n"
  }

  private static func boundary(_ line: String, _ word: String) -> String? {
    let start = "-----\(word) "
    guard line.hasPrefix(start), line.hasSuffix("-----"), line.count > start.count + 5 else { return nil }
    return String(line.dropFirst(start.count).dropLast(5))
  }
}
