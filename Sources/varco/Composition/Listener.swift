import AuthenticatorKit
import GatewayHTTP
import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle

import struct HummingbirdTLS.TLSChannel

/// A listener whose failure says which one it was.
struct Listener: Service {
  private let name: String
  private let address: ListenConfiguration
  private let server: any ApplicationProtocol

  func run() async throws {
    do { try await server.run() } catch let error as IOError {
      throw Listener.failure(name, address, error.errnoCode)
    }
  }

  /// TLS 1.2 or later with HTTP/2, or plain HTTP/1.1 where a proxy ends TLS.
  static func publicListener(
    _ address: ListenConfiguration, _ router: Router<GatewayContext>, logger: Logger
  ) throws(StartError) -> Listener {
    guard !address.isPlainHTTP else {
      return Listener(
        name: "listen", address: address, server: application(address, router, .http1(configuration: limits), logger))
    }
    let tls = TLSChannelConfiguration(
      tlsConfiguration: try tls(address, "listen"))
    let server = HTTPServerBuilder { responder in
      HandshakeDeadline(
        base: try HTTP2UpgradeChannel(
          tlsChannelConfiguration: tls,
          configuration: .init(idleTimeout: .seconds(60), streamConfiguration: limits), responder: responder),
        deadline: .seconds(10))
    }
    return Listener(name: "listen", address: address, server: application(address, router, server, logger))
  }

  /// TLS that asks for a client certificate and takes any: whether it is good is said on a page. HTTP/1.1 only, because
  /// browsers ask for the certificate in the first handshake of a connection.
  static func certificateListener(
    _ address: ListenConfiguration, _ router: Router<GatewayContext>, world: World, logger: Logger
  ) throws(StartError) -> Listener {
    let tls = try tls(address, "certificate_listen")
    let server = HTTPServerBuilder { responder in
      HandshakeDeadline(
        base: ClientCertificateChannel(
          base: HTTP1Channel(responder: responder, configuration: limits), tls: tls, world: world),
        deadline: .seconds(60))
    }
    return Listener(name: "certificate_listen", address: address, server: application(address, router, server, logger))
  }

  /// For the one proxy that asks for cards, and nobody else: it has to show a certificate of its own, because what it says
  /// about somebody's card is taken for proof.
  static func certificateProxyListener(
    _ address: ListenConfiguration, _ router: Router<GatewayContext>, logger: Logger
  ) throws(StartError) -> Listener {
    let name = "certificate_proxy_listen"
    var tls = try tls(address, name)
    guard let authority = address.clientAuthority else { throw .opening("\(name).tls: needs client_authority") }
    tls.trustRoots = .file(authority)
    tls.certificateVerification = .noHostnameVerification
    let ready = tls
    let server = HTTPServerBuilder { responder in
      HandshakeDeadline(
        base: try TLSChannel(HTTP1Channel(responder: responder, configuration: limits), tlsConfiguration: ready),
        deadline: .seconds(10))
    }
    return Listener(name: name, address: address, server: application(address, router, server, logger))
  }

  static func adminListener(
    _ address: ListenConfiguration, _ router: Router<GatewayContext>, logger: Logger
  ) -> Listener {
    Listener(
      name: "admin", address: address, server: application(address, router, .http1(configuration: limits), logger))
  }

  private static func application(
    _ address: ListenConfiguration, _ router: Router<GatewayContext>, _ server: HTTPServerBuilder, _ logger: Logger
  ) -> any ApplicationProtocol {
    Application(
      router: router, server: server,
      configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port)), logger: logger)
  }

  /// Headers of 16 KiB at most, and nobody holds a connection for nothing.
  private static var limits: HTTP1Channel.Configuration {
    var limits = HTTP1Channel.Configuration(idleTimeout: .seconds(60))
    limits.httpDecoder = .init(maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)
    return limits
  }

  static func tls(_ address: ListenConfiguration, _ name: String) throws(StartError) -> TLSConfiguration {
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(address.certificate ?? "").map {
        NIOSSLCertificateSource.certificate($0)
      }
      let key = try NIOSSLPrivateKey(file: address.key ?? "", format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain, privateKey: .privateKey(key))
      configuration.minimumTLSVersion = .tlsv12
      return configuration
    } catch {
      throw .opening("\(name).tls: the certificate or the key cannot be read as PEM")
    }
  }
}
