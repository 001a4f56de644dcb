/// The addresses of the gateway that a browser is sent to.
public struct StubAddress: Sendable {
  let issuer: String
  let instance: String

  /// - Parameters:
  ///   - issuer: the gateway's address.
  ///   - instance: the id under which the provider's pages are served.
  public init(issuer: String, instance: String) {
    self.issuer = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
    self.instance = instance
  }

  /// The provider's page for a request.
  public func login(_ handle: String) -> String { "\(issuer)/provider/\(instance)/login?request=\(handle)" }

  /// Where the gateway takes up a login again.
  func back(_ relayState: String, artifact: String) -> String {
    "\(issuer)/login/return?relay_state=\(StubAddress.escape(relayState))&artifact=\(artifact)"
  }

  /// Everything but the unreserved characters of RFC 3986 section 2.3.
  private static func escape(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    let bytes = text.utf8.flatMap { byte -> [UInt8] in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: [byte]
      default: [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
