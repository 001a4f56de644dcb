import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// One question over HTTP: no redirect is followed, the body has a limit, and so has the time from the first look at the
/// name to the last octet.
struct WebExchange: Sendable {
  let address: FetchAddress
  /// Whether the address may lead to this machine or into a private network.
  let allowsPrivateAddress: Bool
  let maximumBytes: Int
  let limit: Duration
  var headers: [(name: String, value: String)] = []
  /// The body of a POST; nil for a GET.
  var body: [UInt8]?

  struct Answer: Sendable {
    let status: Int
    let body: [UInt8]
    let entityTag: String?
    let lastModified: String?
  }

  enum Failure: String, Error {
    case timedOut = "timed-out"
    case unreachable
    case addressRefused = "address-refused"
    case tooLarge = "too-large"
  }

  func run(_ world: RevocationWorld) async throws(Failure) -> Answer {
    do {
      return try await Race.value(within: limit) { try await exchange(world) }
    } catch let failure as Failure {
      throw failure
    } catch {
      throw .unreachable
    }
  }

  /// The race decides what was too slow; the client itself gives up only after it.
  private var backstop: TimeAmount { .nanoseconds(limit.nanoseconds) + .seconds(5) }

  private func exchange(_ world: RevocationWorld) async throws -> Answer {
    let peer = try await peer(world)
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = backstop
    configuration.httpVersion = .http1Only
    // Otherwise a port where nobody listens is tried again and again until the time is over.
    configuration.connectionPool.retryConnectionEstablishment = false
    return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
      try await answer(to: request(peer), client)
    }
  }

  /// Looks at the very address that is then connected to: a name server cannot say one thing here and another there.
  private func peer(_ world: RevocationWorld) async throws -> SocketAddress {
    let found = try await Threads.names.runIfActive { try world.resolve(address.host, address.port) }
    guard allowsPrivateAddress || PublicAddress.contains(found) else { throw Failure.addressRefused }
    return found
  }

  private func request(_ peer: SocketAddress) throws -> HTTPClientRequest {
    guard let numeric = peer.ipAddress else { throw Failure.unreachable }
    let host = numeric.contains(":") ? "[\(numeric)]" : numeric
    var request = HTTPClientRequest(url: "http://\(host):\(address.port)\(address.target)")
    request.headers.add(name: "Host", value: address.hostField)
    for header in headers { request.headers.add(name: header.name, value: header.value) }
    if let body {
      request.method = .POST
      request.body = .bytes(body)
    }
    return request
  }

  private func answer(to request: HTTPClientRequest, _ client: HTTPClient) async throws -> Answer {
    let response = try await client.execute(request, timeout: backstop)
    let announced = response.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
    guard announced <= maximumBytes else { throw Failure.tooLarge }
    var body: [UInt8] = []
    body.reserveCapacity(max(announced, 0))
    for try await chunk in response.body {
      guard body.count + chunk.readableBytes <= maximumBytes else { throw Failure.tooLarge }
      body.append(contentsOf: chunk.readableBytesView)
    }
    return Answer(
      status: Int(response.status.code), body: body, entityTag: response.headers.first(name: "ETag"),
      lastModified: response.headers.first(name: "Last-Modified"))
  }
}

extension Duration {
  /// A day at most, which no exchange takes.
  var nanoseconds: Int64 {
    let limited = min(max(self, .zero), .seconds(86_400))
    return limited.components.seconds * 1_000_000_000 + limited.components.attoseconds / 1_000_000_000
  }
}
