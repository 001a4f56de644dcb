import NIOCore
import Testing

@testable import RevocationService

@Suite struct AddressTests {
  @Test func anAddressIsTakenApart() throws {
    let address = try #require(FetchAddress("HTTP://Crl.Ente.example:8080/a/b.crl?x=%2F"))
    #expect(address.host == "Crl.Ente.example" && address.port == 8080 && address.target == "/a/b.crl?x=%2F")
    #expect(address.hostField == "Crl.Ente.example:8080" && "\(address)" == "Crl.Ente.example:8080/a/b.crl")
    let bare = try #require(FetchAddress("http://ente.example"))
    #expect(bare.port == 80 && bare.target == "/" && bare.hostField == "ente.example")
    #expect(try #require(FetchAddress("http://ente.example?x")).target == "/?x")
    let sixth = try #require(FetchAddress("http://[2001:db8::1]:81/"))
    #expect(sixth.host == "2001:db8::1" && sixth.hostField == "[2001:db8::1]:81")
  }

  @Test(arguments: [
    "", "http://", "http:///x", "https://ente.example/", "ldap://ente.example/", "file:///etc/passwd", "ente.example",
    "http://user@ente.example/", "http://user:pass@ente.example/", "http://ente.example/#part",
    "http://ente.example:0/",
    "http://ente.example:65536/", "http://ente.example:/", "http://ente.example:8a/", "http://ente.example:123456/",
    "http://ente example/", "http://ente.example/a b", "http://ente.example/\u{e8}", "http://ente.example/\r\nX: y",
    "http://ente.example/%", "http://ente.example/%2", "http://ente.example/%zz", "http://[::1/", "http://[::g]/",
    "http://[::1]x/", "http://ente.example\\@inside/", "http://ente.example/\u{0}", "http+unix://x/", "http://ente%2e/",
  ]) func whatIsNoPlainAddressIsRefused(text: String) { #expect(FetchAddress(text) == nil) }

  @Test func anAddressHasALimitedLength() {
    let base = "http://ente.example/"
    #expect(FetchAddress(base + String(repeating: "a", count: 2048 - base.count)) != nil)
    #expect(FetchAddress(base + String(repeating: "a", count: 2049 - base.count)) == nil)
  }

  @Test(arguments: [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::10.0.0.1", "fc00::1", "fd12::1", "fe80::1", "ff02::1", "2001:db8::1", "2001::1", "2002:7f00:1::",
    "3fff::1", "64:ff9b:1::1", "::7f00:1",
  ]) func whatIsInsideIsNotPublic(text: String) throws {
    #expect(!PublicAddress.contains(try SocketAddress(ipAddress: text, port: 80)))
  }

  @Test(arguments: [
    "1.1.1.1", "100.63.255.255", "100.128.0.0", "126.255.255.255", "172.15.0.1", "172.32.0.1", "192.0.1.1",
    "192.167.1.1",
    "198.17.0.1", "198.20.0.1", "223.255.255.255", "2a00:1450::1", "2001:4860::8888", "2003::1", "::ffff:1.1.1.1",
    "64:ff9b::1.1.1.1",
  ]) func whatIsOutsideIsPublic(text: String) throws {
    #expect(PublicAddress.contains(try SocketAddress(ipAddress: text, port: 80)))
  }

  @Test(arguments: [
    "http://127.1/", "http://0x7f.1/", "http://2130706433/", "http://017700000001/", "http://localhost/",
  ])
  func anUnusualSpellingOfThisMachineIsFoundOut(text: String) throws {
    let address = try #require(FetchAddress(text))
    let found = try SocketAddress.makeAddressResolvingHost(address.host, port: address.port)
    #expect(!PublicAddress.contains(found))
  }
}
