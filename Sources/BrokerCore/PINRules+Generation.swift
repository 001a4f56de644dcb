public import AuthenticatorKit

extension PINRules {
  /// Characters that nobody confuses on paper or on the telephone: no 0, O, 1, I, L.
  static let generationAlphabet = Array("ABCDEFGHJKMNPQRSTUVWXYZ23456789".utf8)

  /// A PIN as it is issued: 16 characters without any trace of the owner.
  /// - Parameter random: so many bytes from a secure generator.
  /// - Returns: nil if the generator is broken: a thousand PINs in a row were refused.
  public static func generateIssued(for owner: PINOwner, random: (Int) -> [UInt8]) -> Secret? {
    generate(issuedLength, random: random) { pattern(in: $0) ?? trace(of: owner, in: $0) }
  }

  /// A PIN to propose at a change: 8 characters that ``refusal(of:for:)`` takes.
  /// - Returns: nil if the generator is broken: a thousand PINs in a row were refused.
  public static func propose(for owner: PINOwner, random: (Int) -> [UInt8]) -> Secret? {
    generate(changedLength, random: random) { refusal(of: Secret($0), for: owner) }
  }

  private static func generate(
    _ length: Int, random: (Int) -> [UInt8], refusal: ([UInt8]) -> PINRefusal?
  ) -> Secret? {
    for _ in 0..<1000 {
      let text = characters(from: random(length * 2)).prefix(length)
      if text.count == length, refusal(Array(text)) == nil { return Secret(text) }
    }
    return nil
  }

  /// Bytes above the largest multiple of the alphabet's length are thrown away, so that each character is as likely.
  private static func characters(from bytes: [UInt8]) -> [UInt8] {
    let limit = 256 / generationAlphabet.count * generationAlphabet.count
    return bytes.filter { Int($0) < limit }.map { generationAlphabet[Int($0) % generationAlphabet.count] }
  }
}
