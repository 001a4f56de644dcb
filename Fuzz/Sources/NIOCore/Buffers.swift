// In place of swift-nio, of which the code under test names only these: compiled against, never called.

public struct ByteBuffer: Sendable {
  public let readableBytesView: [UInt8] = []
}

public struct NIOTooManyBytesError: Error {}
