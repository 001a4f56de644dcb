public import AccessModel

/// A client certificate whose private key the other side has proven to hold, and what it sent along.
///
/// That somebody holds the key is all that has been proven: whether the certificate is good is for a module to judge.
public struct ClientCertificate: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  /// Who saw the proof of possession.
  public enum Source: String, Sendable, Equatable {
    /// Our own TLS, in this very connection.
    case tls
    /// A configured proxy, which said so in a header (safety sentence 6).
    case proxy
  }

  /// DER, the leaf first, as the other side sent it: neither complete nor in order.
  public let chain: [[UInt8]]
  public let source: Source
  /// When possession was proven: the time of the handshake; nil where only a proxy knows.
  public let provenAt: Instant?

  /// - Returns: nil for an empty chain, which is no certificate.
  public init?(chain: [[UInt8]], source: Source, provenAt: Instant? = nil) {
    guard !chain.isEmpty else { return nil }
    self.chain = chain
    self.source = source
    self.provenAt = provenAt
  }

  /// A certificate names a person, so it never prints itself.
  public var description: String { "ClientCertificate(\(chain.count) from \(source.rawValue))" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
