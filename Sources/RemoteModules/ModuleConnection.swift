import AccessModel
import AsyncHTTPClient
import AuthenticatorKit
import Foundation
import ModuleWire
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The way to a module's process: one call out, at most one answer back, within a deadline.
struct ModuleConnection: Sendable {
  /// What came back.
  enum Reply: Sendable {
    case message(Data)
    /// 503 with `Retry-After`.
    case busy(seconds: Int)
  }

  private let path: String
  private let check: PeerCheck
  private let client: LazyClient
  private let deadline: Duration

  init(_ settings: RemoteSettings) {
    path = settings.socket
    let check = PeerCheck(path: settings.socket, owner: settings.owner)
    self.check = check
    deadline = .milliseconds(settings.deadline.milliseconds)
    client = LazyClient(ModuleConnection.configuration(settings, check))
  }

  private static func configuration(_ settings: RemoteSettings, _ check: PeerCheck) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .milliseconds(settings.deadline.milliseconds)),
      connectionPool: .init(
        idleTimeout: .seconds(30), concurrentHTTP1ConnectionsPerHostSoftLimit: settings.concurrency),
      decompression: .disabled)
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    // The hook's name speaks of debugging; its contract is that a connection is used only once the future succeeds.
    configuration.http1_1ConnectionDebugInitializer = { check.peer($0) }
    return configuration
  }

  /// - Parameters:
  ///   - body: nil for a GET.
  ///   - isRepeatable: whether it may be sent once more if the connection broke.
  func call(_ uri: String, _ body: Data?, isRepeatable: Bool) async throws(RemoteFault) -> Reply {
    try check.file()
    let work = Task { () async throws -> Reply in
      do throws(RemoteFault) { return try await exchange(uri, body) } catch {
        guard isRepeatable, error.kind == .connection else { throw error }
        return try await exchange(uri, body)
      }
    }
    defer { work.cancel() }
    do {
      if let reply = try await Deadline.value(of: work, within: deadline) { return reply }
    } catch {
      throw error as? RemoteFault ?? RemoteFault(.connection, "the call broke off")
    }
    throw RemoteFault(.deadline, "no answer within \(deadline)")
  }

  private func exchange(_ uri: String, _ body: Data?) async throws(RemoteFault) -> Reply {
    guard let address = URL(httpURLWithSocketPath: path, uri: uri)?.absoluteString else {
      throw RemoteFault(.connection, "\(path) makes no address")
    }
    var request = HTTPClientRequest(url: address)
    request.headers.add(name: "Host", value: "module")
    request.headers.add(name: "Accept", value: "application/json")
    if let body {
      request.method = .POST
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(data: body))
    }
    do {
      // The caller's deadline is the one that counts; this one only ends what the caller has given up.
      let response = try await client.value.execute(request, timeout: .seconds(15))
      return try await read(response)
    } catch {
      throw ModuleConnection.fault(error)
    }
  }

  private func read(_ response: HTTPClientResponse) async throws -> Reply {
    switch response.status {
    case .ok:
      let body = try await response.body.collect(upTo: WireProtocol.maximumBytes)
      return .message(Data(buffer: body))
    case .serviceUnavailable:
      guard let seconds = response.headers.first(name: "Retry-After").flatMap({ Int($0) }) else { fallthrough }
      return .busy(seconds: min(max(seconds, 1), 60))
    default:
      var fault = RemoteFault(.status, "status \(response.status.code)")
      fault.isUnjudged = response.status == .badGateway
      throw fault
    }
  }

  private static func fault(_ error: any Error) -> RemoteFault {
    switch error {
    case let fault as RemoteFault: fault
    case is NIOTooManyBytesError: RemoteFault(.garbage, "more than \(WireProtocol.maximumBytes) bytes")
    case is HTTPParserError: RemoteFault(.garbage, "this is no HTTP/1.1")
    case let error as HTTPClientError where error == .connectTimeout:
      RemoteFault(.connection, "no connection was made in time")
    case let error as IOError where ModuleConnection.refusals.contains(error.errnoCode):
      RemoteFault(.connection, "nobody takes connections at the socket")
    default: brokenOff(error)
    }
  }

  /// What connect(2) fails with; then nothing was sent.
  private static let refusals: Set = [ECONNREFUSED, ENOENT, EACCES, EAGAIN]

  private static func brokenOff(_ error: any Error) -> RemoteFault {
    var fault = RemoteFault(.connection, "the connection broke off (\(type(of: error)))")
    fault.isAfterSending = true
    return fault
  }
}

/// A client made when it is first needed: most instances that are built are only asked what they are.
private final class LazyClient: Sendable {
  private let configuration: HTTPClient.Configuration
  private let client = Mutex<HTTPClient?>(nil)

  init(_ configuration: HTTPClient.Configuration) { self.configuration = configuration }

  var value: HTTPClient {
    client.withLock { client in
      let made =
        client ?? HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
      client = made
      return made
    }
  }

  deinit {
    guard let client = client.withLock({ $0 }) else { return }
    Task { try? await client.shutdown() }
  }
}
