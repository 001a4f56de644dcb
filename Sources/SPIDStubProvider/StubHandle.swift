import AuthenticatorKit
import Crypto

/// Names that nobody can guess, for what a browser carries between the gateway and the provider.
enum StubHandle {
  static func random(_ world: World) -> String { hex(world.random(32)) }

  /// Where something is kept: keys are not sealed, so they hold a digest and not the handle itself.
  static func key(_ kind: String, _ handle: String) -> String {
    "\(kind)/\(hex(Array(SHA256.hash(data: Array(handle.utf8)))))"
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
