import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
public import ScopeGuard

/// Fetches the broker's key set over HTTP: certificate checked, no redirect followed, 256 KiB and five seconds at most.
public struct KeySetFetcher: Sendable {
  private static let sizeLimit = 256 * 1024
  private static let timeout = TimeAmount.seconds(5)

  private let url: String
  private let tls: TLSConfiguration

  /// - Parameters:
  ///   - url: the broker's `jwks_uri`, `https`; plain `http` only on this machine, because whoever can change the
  ///     answer can sign tokens.
  ///   - authorities: a PEM file of certificate authorities to trust besides the system's, for a private PKI.
  /// - Throws: `ScopeGuardSetupError` for another kind of address or an unreadable file.
  public init(url: String, authorities: String? = nil) throws(ScopeGuardSetupError) {
    guard KeySetFetcher.isSafe(url) else { throw .insecureKeyAddress(url) }
    self.url = url
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    if let authorities {
      guard let certificates = try? NIOSSLCertificate.fromPEMFile(authorities), !certificates.isEmpty else {
        throw .unreadableAuthorities(path: authorities)
      }
      tls.additionalTrustRoots = [.certificates(certificates)]
    }
    self.tls = tls
  }

  /// The key set's bytes. Each fetch has a client of its own: one every five minutes needs no pool and no shutting down.
  /// - Throws: whatever went wrong; the cache only wants to know that it did.
  @Sendable public func fetch() async throws -> [UInt8] {
    var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
    configuration.timeout = HTTPClient.Configuration.Timeout(
      connect: KeySetFetcher.timeout, read: KeySetFetcher.timeout)
    return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
      var request = HTTPClientRequest(url: url)
      request.headers.add(name: "Accept", value: "application/jwk-set+json, application/json")
      let response = try await client.execute(request, timeout: KeySetFetcher.timeout)
      guard response.status == .ok else { throw UnexpectedStatus(code: response.status.code) }
      return Array(try await response.body.collect(upTo: KeySetFetcher.sizeLimit).readableBytesView)
    }
  }

  private struct UnexpectedStatus: Error {
    let code: UInt
  }

  private static func isSafe(_ url: String) -> Bool {
    let lowered = url.lowercased()
    if lowered.hasPrefix("https://") { return true }
    guard lowered.hasPrefix("http://") else { return false }
    let authority = lowered.dropFirst(7).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    return ["localhost", "127.0.0.1", "[::1]"].contains { host in
      guard authority.hasPrefix(host) else { return false }
      let port = authority.dropFirst(host.count)
      return port.isEmpty || port.first == ":" && port.dropFirst().allSatisfy { ("0"..."9").contains($0) }
    }
  }
}
