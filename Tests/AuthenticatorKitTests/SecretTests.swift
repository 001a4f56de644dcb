import AccessModel
import AuthenticatorKit
import Testing

@Suite struct SecretTests {
  @Test func aSecretNeverPrints() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump((secret, [secret], ["key": secret]), to: &dumped)
    let texts = [
      "\(secret)", String(reflecting: secret), "\([secret])", String(describing: secret as Any?), dumped,
      "\(LoginAnswer(["pin": secret]))", String(reflecting: LoginAnswer(["pin": secret])),
    ]
    for text in texts {
      #expect(!text.contains("hunter") && !text.contains("104, 117"))
    }
    #expect("\(secret)" == "Secret(7 bytes)")
    #expect("\(LoginAnswer(["pin": secret, "name": secret]))" == "LoginAnswer(name, pin)")
  }

  @Test(arguments: [("", "", true), ("a", "a", true), ("a", "b", false), ("a", "ab", false), ("ab", "a", false)])
  func secretsAreEqualByTheirBytes(_ left: String, _ right: String, _ isEqual: Bool) {
    #expect((Secret(left) == Secret(right)) == isEqual)
  }

  @Test func aDifferenceAnywhereCounts() {
    let bytes = [UInt8](repeating: 7, count: 32)
    for index in bytes.indices {
      var other = bytes
      other[index] ^= 0x80
      #expect(Secret(bytes) != Secret(other))
    }
  }

  @Test func textsThatOnlyLookEqualAreNot() {
    #expect(Secret("\u{212A}") != Secret("K"))
    #expect(Secret("e\u{301}") != Secret("é"))
  }

  @Test func aCopyOutlivesTheSecret() {
    var secret: Secret? = Secret([1, 2, 3])
    let copy = secret?.bytes
    secret = nil
    #expect(copy == [1, 2, 3])
  }

  @Test func onlyUTF8IsText() {
    #expect(Secret([0xC3, 0x28]).utf8Text == nil)
    #expect(LoginAnswer(["a": Secret([0xFF])])["a"] == nil)
    #expect(LoginAnswer(["a": Secret([0xFF])]).secret("a")?.count == 1)
  }

  @Test func aPINIsNormalisedAndNothingElse() {
    #expect(Secret(" ab-c1 2").normalisedAsPIN() == Secret("ABC12"))
    #expect(Secret("ſ\u{212A}é\t").normalisedAsPIN() == Secret("ſ\u{212A}é\t"))
  }
}
