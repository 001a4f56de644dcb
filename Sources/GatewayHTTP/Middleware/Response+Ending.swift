import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
  /// The answer to HEAD: the same header fields, Content-Length included, and no content (RFC 9110 section 9.3.2).
  var withoutBody: Response { Response(status: status, headers: headers, body: ResponseBody()) }

  /// Ends the connection after the answer, so that nobody reads on a body that is refused (RFC 9110 section 15.5.14).
  ///
  /// The connection stays for a moment in which nothing is read: closing at once would reset it, and the client might
  /// lose the answer (RFC 9112 section 9.6).
  /// - Parameter grace: that moment; none where nothing more can be on its way.
  func closing(_ connection: any Channel, grace: Duration = .milliseconds(500)) -> Response {
    var headers = headers
    headers[.connection] = "close"
    let body = body
    let ending = ResponseBody(contentLength: body.contentLength) { writer in
      try await body.write(Unfinished(writer: writer))
      try await writer.finish(nil)
      if grace > .zero { try? await Task.sleep(for: grace) }
      try? await connection.close()
    }
    return Response(status: status, headers: headers, body: ending)
  }
}

/// Passes on what is written and leaves the end to its owner.
private struct Unfinished: ResponseBodyWriter {
  var writer: any ResponseBodyWriter

  mutating func write(_ buffer: ByteBuffer) async throws { try await writer.write(buffer) }
  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
