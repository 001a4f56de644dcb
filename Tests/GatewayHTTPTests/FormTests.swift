import Testing
import TokenService

@testable import GatewayHTTP

@Suite struct FormTests {
  @Test(arguments: [
    ("a=1&b=2", "a", "1"), ("a=%C3%A8", "a", "è"), ("a=x+y", "a", "x y"), ("a=%2B", "a", "+"), ("a=b=c", "a", "b=c"),
  ])
  func aFormIsDecoded(_ text: String, _ name: String, _ value: String) throws {
    #expect(try FormBody.query(text)[name] == value)
  }

  @Test(arguments: ["a=%", "a=%1", "a=%zz", "a=%ff", "a=%00", "a=1&a=2", "%=1"])
  func aBrokenFormIsAnInvalidRequest(_ text: String) {
    #expect(throws: (any Error).self) { try FormBody.query(text) }
  }

  @Test func anEmptyValueCountsAsAbsent() throws {
    #expect(try FormBody.query("a=&b")["a"] == nil)
  }

  @Test func tooManyParametersAreRefused() {
    let text = (0...100).map { "p\($0)=1" }.joined(separator: "&")
    #expect(throws: (any Error).self) { try FormBody.query(text) }
  }
}
