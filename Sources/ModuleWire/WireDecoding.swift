package import NIOHTTP1

/// What both ends take of a message that is not one yet.
extension NIOHTTPDecoderLimitConfiguration {
  package static var wire: NIOHTTPDecoderLimitConfiguration {
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderListSize = 16 << 10
    limits.maxHeaderFieldSize = 8 << 10
    return limits
  }
}

extension WireProtocol {
  /// The most that waits to be decoded: the rest of one header is all that has to, and after a change of protocol
  /// everything would.
  package static let maximumUndecodedBytes = 32 << 10
}
