public import NIOCore
import Synchronization

/// Remembers what the client showed in the handshake of a connection, for the requests on it.
///
/// The usual TLS channel drops the chain. The listener puts this handler into the pipeline and fills it from the
/// verification callback; a connection whose callback was never called has shown nothing.
public final class PeerCertificateHandler: ChannelInboundHandler, Sendable {
  public typealias InboundIn = NIOAny
  private let seen = Mutex<[[UInt8]]>([])

  public init() {}

  /// DER, the leaf first; empty if there was none.
  public var chain: [[UInt8]] { seen.withLock { $0 } }

  /// Keeps what the handshake has brought.
  public func show(_ chain: [[UInt8]]) { seen.withLock { $0 = chain } }
}
