import Testing

@testable import GatewayHTTP

@Suite struct AccountNameTests {
  @Test(arguments: [
    ("Anna@Example.it", "anna@example.it"), (" anna @example.it ", "anna@example.it"),
    ("\u{FF41}nna", "anna"), ("jose\u{301}", "jos\u{E9}"), ("ANNA\u{A0}", "anna"), ("\u{2460}", "1"),
    ("rssmra85t10a562s", "RSSMRA85T10A562S"),
  ])
  func oneAccountHasOneCounterHoweverItIsWritten(one: String, other: String) {
    #expect(AccountName.folded(one) == AccountName.folded(other))
  }

  @Test func differentNamesAreDifferentAccounts() {
    #expect(AccountName.folded("anna") != AccountName.folded("anna1"))
    #expect(AccountName.folded("anna") != AccountName.folded("a-nna"))
  }

  @Test(arguments: [
    "anna\u{1F}", "\u{200B}anna", "an\u{AD}na", "anna\u{202E}", "anna\u{2028}", "anna\0", "an\u{3164}na",
  ])
  func whatCannotBeSeenIsNoName(name: String) {
    #expect(!AccountName.isOne(name))
  }

  @Test func aNameHasSoManyBytesAndNoMore() {
    #expect(AccountName.isOne(String(repeating: "a", count: AccountName.maximumBytes)))
    #expect(!AccountName.isOne(String(repeating: " ", count: AccountName.maximumBytes) + "a"))
  }
}
