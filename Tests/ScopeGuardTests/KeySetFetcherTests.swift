import Hummingbird
import HummingbirdTesting
import NIOCore
import ScopeGuard
import ScopeGuardHummingbird
import Testing

/// The key set over a real socket.
struct KeySetFetcherTests {
  @Test(arguments: [
    "http://varco.test/jwks", "http://127.0.0.1.evil.test/jwks", "http://localhost@evil.test/", "ftp://localhost/",
    "http://localhost:80@evil.test/", "", "varco.test",
  ]) func keysAreNotFetchedInTheClearFromElsewhere(url: String) {
    #expect(throws: ScopeGuardSetupError.insecureKeyAddress(url)) { try KeySetFetcher(url: url) }
  }

  @Test(arguments: ["https://varco.test/jwks", "http://127.0.0.1:8080/jwks", "http://localhost/x", "http://[::1]:1/"])
  func theseAddressesAreTaken(url: String) throws {
    _ = try KeySetFetcher(url: url)
  }

  @Test func unreadableAuthoritiesAreFoundAtStart() {
    #expect(throws: ScopeGuardSetupError.unreadableAuthorities(path: "/nonexistent/ca.pem")) {
      try KeySetFetcher(url: "https://varco.test/jwks", authorities: "/nonexistent/ca.pem")
    }
  }

  @Test func aKeySetIsFetchedWithinItsLimits() async throws {
    let router = Router()
    router.get("/jwks") { _, _ in #"{"keys":[]}"# }
    router.get("/large") { _, _ in String(repeating: "x", count: 256 * 1024 + 1) }
    router.get("/moved") { _, _ in Response(status: .found, headers: [.location: "/jwks"]) }
    try await Application(router: router).test(.live) { client in
      let base = "http://localhost:\(client.port ?? 0)"
      let bytes = try await KeySetFetcher(url: base + "/jwks").fetch()
      #expect(bytes == Array(#"{"keys":[]}"#.utf8))
      for path in ["/large", "/moved", "/absent"] {
        await #expect(throws: (any Error).self) { try await KeySetFetcher(url: base + path).fetch() }
      }
    }
  }
}
