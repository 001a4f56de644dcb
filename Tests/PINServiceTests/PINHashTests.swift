import AuthenticatorKit
import Foundation
import Testing

@testable import PINService

@Suite struct PINHashTests {
  private let good = "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

  @Test func whatIsWrittenIsRead() throws {
    let hash = try #require(PINHash(parsing: Secret(good)))
    #expect(hash.parameters == .minimum)
    #expect(hash.salt == Array(0..<16))
    #expect(hash.text.utf8Text == good)
  }

  @Test(arguments: [
    ("argon2id", "argon2i"), ("v=19", "v=16"), ("v=19$", ""), ("m=19456", "m=019456"), ("m=19456", "m=+19456"),
    ("m=19456", "m=-1"), ("m=19456", "m="), ("m=19456", "m=7"), ("m=19456", "m=1048577"), ("m=19456", "m=99999999"),
    ("m=19456", "m=18446744073709551617"), ("t=2", "t=0"), ("t=2", "t=65"), ("t=2", "t=2 "), ("p=1", "p=0"),
    ("p=1", "p=17"), ("p=1", "p=1,x=1"), ("m=19456,t=2", "t=2,m=19456"), ("$AAECAwQFBgcICQoLDA0ODw$", "$$"),
    ("$AAECAwQFBgcICQoLDA0ODw$", "$AAEC$"), ("ODw$", "ODw==$"), ("ODw$", "ODx$"), ("ODw$", "OD!$"), ("HR4fHw", ""),
    ("HB0eHw", ""), ("$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "$"),
    ("$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", ""), ("Gxwd", "Gxw d"), ("$argon2id", "argon2id"),
    ("$argon2id", "x$argon2id"), ("Hh8", "Hh8$"),
  ])
  func hostileTextsAreNoHash(_ from: String, _ to: String) throws {
    let text = good.replacing(from, with: to)
    guard text != good else { return }
    #expect(PINHash(parsing: Secret(text)) == nil, "\(text)")
  }

  @Test func longAndBinaryTextsAreNoHash() {
    #expect(PINHash(parsing: Secret("")) == nil)
    #expect(PINHash(parsing: Secret([0xFF, 0xFE])) == nil)
    #expect(PINHash(parsing: Secret(good + String(repeating: "A", count: 300))) == nil)
  }

  /// RFC 9106 has no vector without secret and associated data; this one is from the reference implementation's tests.
  @Test func argon2idGivesTheKnownAnswer() throws {
    let parameters = try #require(Argon2Parameters(memoryKiB: 65_536, iterations: 2))
    let tag = try Argon2.hash(Secret("password"), salt: Array("somesalt".utf8), parameters: parameters)
    let hex = tag.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(hex == "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7")
  }

  @Test func parametersHaveBounds() {
    #expect(Argon2Parameters(memoryKiB: 8, iterations: 1) != nil)
    #expect(Argon2Parameters(memoryKiB: 8, iterations: 1, lanes: 2) == nil)
    #expect(Argon2Parameters(memoryKiB: 1_048_577, iterations: 1) == nil)
    #expect(Argon2Parameters(memoryKiB: 8, iterations: 0) == nil)
  }

  @Test func aClosedPoolSaysSo() async throws {
    let pool = HashPool(threads: 1, waiting: 0)
    await pool.close()
    let place = try pool.reserve()
    await #expect(throws: AuthenticatorFault.unavailable("the hash pool is closed")) {
      try await pool.hash(Secret("x"), salt: Array(0..<16), parameters: Office.cheap, at: place)
    }
  }

  @Test func aPlaceIsFreeAgainWhenItsHolderGoes() throws {
    let pool = HashPool(threads: 1, waiting: 1)
    do {
      let places = [try pool.reserve(), try pool.reserve()]
      #expect(pool.load == 2)
      #expect(throws: AuthenticatorFault.self) { try pool.reserve() }
      #expect(pool.load == places.count)
    }
    #expect(pool.load == 0)
  }

  #if os(Linux)
  @Test func theThreadsThatHashGiveWayToOthers() async throws {
    let pool = HashPool(threads: 1, waiting: 0)
    _ = try await pool.hash(
      Secret("x"), salt: Array(0..<16), parameters: Office.cheap, at: try pool.reserve())
    let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
    let niceness = tasks.compactMap { task -> String? in
      // The fields after the name, which may contain spaces, begin with the third; niceness is the nineteenth.
      let stat = try? String(contentsOfFile: "/proc/self/task/\(task)/stat", encoding: .utf8)
      let fields = stat?.split(separator: ") ").last?.split(separator: " ") ?? []
      return fields.count > 16 ? String(fields[16]) : nil
    }
    #expect(niceness.contains("10") && niceness.contains { $0 != "10" })
    await pool.close()
  }
  #endif
}
