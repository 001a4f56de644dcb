import Testing

@testable import LDAPAuthenticator

@Suite struct FilterTests {
  // RFC 4515 section 4 has the first four as examples.
  @Test(arguments: [
    ("Parens R Us (for all your parenthetical needs)", #"\28for"#), ("*", #"\2a"#), ("C:\\MyFile", #"C\3a\5cMyFile"#),
    ("Lučić", #"Lu\c4\8di\c4\87"#), ("\0", #"\00"#), ("a)(uid=*", #"a\29\28uid\3d\2a"#), ("anna1", "anna1"), ("", ""),
  ])
  func whatIsNoLetterAndNoDigitIsWrittenAsItsBytes(_ value: String, _ part: String) {
    let escaped = NameFilter.escaped(value)
    #expect(escaped.contains(part))
    #expect(!escaped.utf8.contains { "()*\0 =&|!".utf8.contains($0) })
    #expect(escaped.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func theNameStandsWhereverTheFilterSaysSo() throws {
    let filter = try NameFilter("(&(objectClass=person)(|(uid={name})(mail={name}@ente.example)))")
    #expect(
      filter.filter(for: "a*b") == #"(&(objectClass=person)(|(uid=a\2ab)(mail=a\2ab@ente.example)))"#)
  }

  @Test func aNameThatLooksLikeThePlaceIsANameLikeAnyOther() throws {
    #expect(try NameFilter("(uid={name})").filter(for: "{name}") == #"(uid=\7bname\7d)"#)
  }

  @Test(arguments: [
    ("(uid=anna)", FilterError.noName), ("", .noName), ("uid={name}", .malformed), ("(uid={name}", .malformed),
    ("(&(uid={name})", .malformed), ("({name})", .malformed), ("(&)(uid={name})", .malformed),
    ("(&(uid={name}))x", .malformed),
    ("(uid={name})(cn=x)", .malformed), ("(={name})", .malformed), (#"(&(uid={name})(cn=\4))"#, .malformed),
    (#"(&(uid={name})(cn=\))"#, .malformed), ("({name}=anna)", .notEqual), ("(!(uid={name}))", .notEqual),
    ("(!(|(cn=x)(uid={name})))", .notEqual),
    ("(uid={name}*)", .notEqual),
    ("(uid=*{name})", .notEqual), ("(uid~={name})", .notEqual), ("(uid>={name})", .notEqual),
    ("(uid<={name})", .notEqual), ("(uid:caseExactMatch:={name})", .notEqual),
    ("(|(uid={name})(cn={name}*))", .notEqual),
  ])
  func aFilterThatFindsSomebodyByManyNamesIsRefused(_ template: String, _ expected: FilterError) {
    #expect(throws: expected) { try NameFilter(template) }
  }

  @Test(arguments: [
    "(uid={name})", "(&(uid={name})(!(pwdAccountLockedTime=*)))", #"(&(cn=\2a\28)(uid={name}))"#,
    "(&(memberOf:1.2.840.113556.1.4.1941:=cn=a,dc=b)(|(uid={name})(mail={name})))",
  ])
  func whatDoesNotConcernTheNameIsFree(_ template: String) throws {
    #expect(try NameFilter(template).filter(for: "x") == template.replacing("{name}", with: "x"))
  }

  @Test(arguments: ["anna", "anna rossi", "a*b", "a)(uid=*", "x", String(repeating: "a", count: 256)])
  func printableASCIIIsAName(_ typed: String) {
    #expect(PersonName("  \(typed) ")?.text == typed)
  }

  // A soft hyphen, full-width letters, a combining accent, a sign for kelvin: to a directory all of these may be the same.
  @Test(arguments: [
    "", " ", "an\u{AD}na", "ａｎｎａ", "anna\u{301}", "\u{212A}arl", "an\u{200B}na", "anna\0", "an\nna", "an\tna",
    "\u{A0}anna",
    String(repeating: "a", count: 257),
  ])
  func anotherSpellingOfANameIsNone(_ typed: String) {
    #expect(PersonName(typed) == nil)
  }
}
