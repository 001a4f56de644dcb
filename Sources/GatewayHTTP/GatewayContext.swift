public import Hummingbird
import NIOCore

/// What every route knows of its request besides the request.
public struct GatewayContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  /// The address of whoever opened the connection; nil where the transport has none.
  let peer: String?
  /// The connection, where it carries one request after the other; nil for HTTP/2, whose streams share it.
  let connection: (any Channel)?

  public init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    peer = source.channel.remoteAddress?.ipAddress
    // Above a connection is its listener, above an HTTP/2 stream its connection.
    connection = source.channel.parent.flatMap { $0.parent == nil ? source.channel : nil }
  }

  /// No endpoint takes more than a form.
  public var maxUploadSize: Int { FormBody.maximumBytes }
}
