import Foundation

/// Base64 (RFC 4648 section 4) and base64url without padding (section 5).
public enum Base64 {
  public static func encode(_ bytes: some Sequence<UInt8>) -> String { Data(bytes).base64EncodedString() }

  public static func decode(_ text: some StringProtocol) -> [UInt8]? {
    Data(base64Encoded: String(text)).map(Array.init)
  }

  public static func urlEncode(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for character in encode(bytes) where character != "=" {
      text.append(character == "+" ? "-" : character == "/" ? "_" : character)
    }
    return text
  }

  /// Decodes base64url without padding; nil for anything else, padding and non-canonical endings included.
  public static func urlDecode(_ text: some StringProtocol) -> [UInt8]? {
    guard text.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2F && $0 != 0x3D }) else { return nil }
    let standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
    let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
    guard padding.utf8.count < 3, let bytes = decode(standard + padding), urlEncode(bytes) == text else { return nil }
    return bytes
  }
}
