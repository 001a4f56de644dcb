import AuthenticatorKit
import Sealing

/// A hash with all that is needed to make it again, as a PHC string:
/// `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`, Base64 without padding.
struct PINHash: Equatable {
  let parameters: Argon2Parameters
  let salt: [UInt8]
  let tag: Secret

  static let saltBytes = 16
  static let tagBytes = 32

  init(parameters: Argon2Parameters, salt: [UInt8], tag: Secret) {
    self.parameters = parameters
    self.salt = salt
    self.tag = tag
  }

  /// Reads exactly what ``text`` writes; anything else is nil, numbers out of bounds included, so that no stored text
  /// can ask for a gigabyte more than we would.
  init?(parsing text: Secret) {
    guard text.count <= 256, let string = text.utf8Text else { return nil }
    let parts = string.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0].isEmpty, parts[1] == "argon2id", parts[2] == "v=19" else { return nil }
    guard
      let parameters = PINHash.parameters(parts[3]),
      let salt = PINHash.unpadded(parts[4]), (8...64).contains(salt.count),
      let tag = PINHash.unpadded(parts[5]), (16...64).contains(tag.count)
    else { return nil }
    self.init(parameters: parameters, salt: salt, tag: Secret(tag))
  }

  var text: Secret {
    let costs = "m=\(parameters.memoryKiB),t=\(parameters.iterations),p=\(parameters.lanes)"
    return Secret("$argon2id$v=19$\(costs)$\(PINHash.unpadded(salt))$\(PINHash.unpadded(tag.bytes))")
  }

  private static func parameters(_ text: Substring) -> Argon2Parameters? {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false)
    guard
      fields.count == 3, let memory = number(fields[0], after: "m="), let passes = number(fields[1], after: "t="),
      let lanes = number(fields[2], after: "p=")
    else { return nil }
    return Argon2Parameters(memoryKiB: memory, iterations: passes, lanes: lanes)
  }

  /// Decimal without sign and leading zeros.
  private static func number(_ field: Substring, after name: String) -> Int? {
    guard field.hasPrefix(name) else { return nil }
    let digits = field.dropFirst(name.count)
    guard (1...7).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return digits.utf8.first == 0x30 ? nil : Int(digits)
  }

  private static func unpadded(_ bytes: [UInt8]) -> String {
    String(Base64.encode(bytes).prefix { $0 != "=" })
  }

  private static func unpadded(_ text: Substring) -> [UInt8]? {
    let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    guard let bytes = Base64.decode(text + padding), unpadded(bytes) == text else { return nil }
    return bytes
  }
}
