import AsyncHTTPClient
import Foundation
import GatewayHTTP
import NIOCore
import NIOFoundationCompat

/// The gateway of the same configuration that may be running, asked on its admin listener.
struct RunningGateway: Sendable {
  let admin: ListenConfiguration

  /// One that listens on every address listens on loopback too.
  var address: String {
    switch admin.host {
    case "0.0.0.0": "127.0.0.1:\(admin.port)"
    case "::": "[::1]:\(admin.port)"
    case let host where host.contains(":"): "[\(host)]:\(admin.port)"
    default: "\(admin.host):\(admin.port)"
    }
  }

  /// How the modules are that stand on something outside the gateway.
  /// - Returns: nil if no gateway answers there.
  func modules() async -> [InstanceHealth]? {
    // hello may take its whole deadline, which is 10 s at most.
    let request = HTTPClientRequest(url: "http://\(address)/modules")
    var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(2)))
    // Where nobody listens there is nothing to wait for.
    configuration.connectionPool.retryConnectionEstablishment = false
    let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    defer { Task { try? await client.shutdown() } }
    guard let response = try? await client.execute(request, timeout: .seconds(12)),
      let body = try? await response.body.collect(upTo: 1 << 20)
    else { return nil }
    // Whoever else listens there says something else.
    return try? JSONDecoder().decode([InstanceHealth].self, from: body)
  }
}
