import Testing

@testable import GatewayHTTP

/// Safety sentence 6: `X-Forwarded-*` counts only from configured proxies.
@Suite struct ProxyListTests {
  @Test(arguments: [
    ("127.0.0.1", "127.0.0.1", true), ("127.0.0.1", "127.0.0.2", false), ("10.0.0.0/8", "10.200.3.4", true),
    ("10.0.0.0/8", "11.0.0.1", false), ("10.1.0.0/15", "10.0.0.1", true), ("::1", "::1", true),
    ("fd00::/8", "fd12::1", true), ("fd00::/8", "fe80::1", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
    ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false),
  ])
  func safety6OnlyConfiguredPeersAreProxies(_ entry: String, _ peer: String, _ isTrusted: Bool) throws {
    #expect(try #require(ProxyList([entry])).trusts(peer) == isTrusted)
  }

  @Test(arguments: ["", "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "::/129", "1.2.3.4/8/9"])
  func aMalformedEntryIsNoProxy(_ entry: String) { #expect(ProxyList([entry]) == nil) }

  @Test func nobodyIsAProxyByDefault() {
    #expect(!ProxyList.none.trusts("127.0.0.1"))
    #expect(!ProxyList.none.trusts(nil))
  }
}
