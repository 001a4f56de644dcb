import OneTimeCodes

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
    "\(issuer)/login/return?relay_state=\(PercentEncoding.encode(relayState))&artifact=\(artifact)"
  }
}
