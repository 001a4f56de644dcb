// In place of Hummingbird, of which the code under test names only these: compiled against, never called.
@_exported public import HTTPTypes
public import NIOCore

public struct Request: Sendable {
  public struct Body: Sendable {
    public func collect(upTo maximum: Int) async throws -> ByteBuffer { throw HTTPError(.contentTooLarge) }
  }

  public let headers = HTTPFields()
  public let body = Body()
}

public struct HTTPError: Error {
  public let status: HTTPResponse.Status
  public init(_ status: HTTPResponse.Status) { self.status = status }
}
