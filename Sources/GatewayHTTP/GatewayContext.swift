public import Hummingbird
import NIOCore

/// What every route knows of its request besides the request.
public struct GatewayContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  /// The address of whoever opened the connection; nil where the transport has none.
  let peer: String?

  public init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    peer = source.channel.remoteAddress?.ipAddress
  }

  /// No endpoint takes more than a form.
  public var maxUploadSize: Int { FormBody.maximumBytes }
}
