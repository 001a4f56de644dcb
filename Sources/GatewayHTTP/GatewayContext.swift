import AuthenticatorKit
public import Hummingbird
import NIOCore

/// What every route knows of its request besides the request.
public struct GatewayContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  /// The address of whoever opened the connection; nil where the transport has none.
  let peer: String?
  /// The connection, where it carries one request after the other; nil for HTTP/2, whose streams share it.
  let connection: (any Channel)?
  private let channel: any Channel

  public init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    peer = source.channel.remoteAddress?.ipAddress
    channel = source.channel
    // Above a connection is its listener, above an HTTP/2 stream its connection.
    connection = source.channel.parent.flatMap { $0.parent == nil ? source.channel : nil }
  }

  /// What the other side of this very connection has shown in its TLS handshake, once; nil where nothing was asked for.
  func takePeerCertificate() async -> ClientCertificate? {
    let shown = channel.pipeline.handler(type: PeerCertificateHandler.self).map { $0.take() }
    return (try? await shown.get()) ?? nil
  }

  /// No endpoint takes more than a form.
  public var maxUploadSize: Int { FormBody.maximumBytes }
}
