import AuthenticatorKit
import GatewayHTTP
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// HTTP/1.1 over TLS that asks for a client certificate, takes any or none, and keeps the whole chain for the requests.
///
/// Each connection has a context of its own, so that no session is ever resumed: a resumed one would skip the callback
/// and bring a certificate that nobody has shown in this connection.
struct ClientCertificateChannel: ServerChildChannel {
  let base: HTTP1Channel
  let tls: TLSConfiguration
  let world: World

  init(base: HTTP1Channel, tls: TLSConfiguration, world: World) {
    self.base = base
    self.world = world
    var tls = tls
    // Any chain passes: the verdict is the module's, and the answer is a page.
    tls.certificateVerification = .optionalVerification
    tls.trustRoots = .certificates([])
    tls.applicationProtocols = ["http/1.1"]
    // Without SHA-1, which proves nothing any more (RFC 9155).
    tls.verifySignatureAlgorithms = [
      .ecdsaSecp256R1Sha256, .ecdsaSecp384R1Sha384, .ecdsaSecp521R1Sha512, .rsaPssRsaeSha256, .rsaPssRsaeSha384,
      .rsaPssRsaeSha512, .rsaPkcs1Sha256, .rsaPkcs1Sha384, .rsaPkcs1Sha512,
    ]
    self.tls = tls
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
    channel.eventLoop.makeCompletedFuture {
      let seen = PeerCertificateHandler()
      let now = world.now
      let handler = NIOSSLServerHandler(
        context: try NIOSSLContext(configuration: tls),
        customVerificationCallbackWithMetadata: { chain, verdict in
          // All or nothing: only the first one's key is proven.
          seen.show((try? chain.map { try $0.toDERBytes() }) ?? [], at: now())
          verdict.succeed(.certificateVerified(.init(nil)))
        })
      try channel.pipeline.syncOperations.addHandlers([handler, seen])
    }.flatMap { base.setup(channel: channel, logger: logger) }
  }

  func handle(value: HTTP1Channel.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
