public import AccessModel
import AuthenticatorKit
public import NIOCore
import Synchronization

/// Keeps what the client showed in the handshake of a connection, for the one request that it counts for.
///
/// The usual TLS channel drops the chain. The listener puts this handler into the pipeline and fills it from the
/// verification callback; a connection whose callback was never called has shown nothing.
public final class PeerCertificateHandler: ChannelInboundHandler, Sendable {
  public typealias InboundIn = NIOAny
  private let seen = Mutex<ClientCertificate?>(nil)

  public init() {}

  /// Keeps what the handshake has brought.
  /// - Parameters:
  ///   - chain: DER, the leaf first; empty if there was none.
  ///   - time: of the handshake.
  public func show(_ chain: [[UInt8]], at time: Instant) {
    seen.withLock { $0 = ClientCertificate(chain: chain, source: .tls, provenAt: time) }
  }

  /// One handshake proves possession once: whoever comes later on the same connection has shown nothing.
  func take() -> ClientCertificate? {
    seen.withLock { shown in
      defer { shown = nil }
      return shown
    }
  }
}
