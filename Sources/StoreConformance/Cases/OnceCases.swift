import AccessModel
import AuthenticatorKit
import BrokerStore
import Sealing

/// Values that are used once, and the memory of modules.
enum OnceCases {
  static let all = [
    StoreCase("a value is used once of sixty-four times", once),
    StoreCase("a value of another kind is another value", kinds),
    StoreCase("a module's item is written once of sixty-four times", itemWrittenOnce),
    StoreCase("a module's item is deleted once of sixty-four times", itemDeletedOnce),
    StoreCase("a module's item that expired is gone and may be written anew", itemExpires),
    StoreCase("a module sees its own items only", ownItems),
    StoreCase("a module's item that was copied elsewhere does not open", copiedItem),
  ]

  @Sendable private static func once(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let hash = bench.hash()
    let wins = try await bench.crowd(64, first, second) { ledger, _ in
      try await OnceStore(ledger).use("jti", hash: hash, expiresAt: bench.clock.now + .minutes(1))
    }
    try demand(wins.count { $0 } == 1, "\(wins.count { $0 }) of 64 used it")
  }

  @Sendable private static func kinds(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let hash = bench.hash()
    for (kind, expected) in [("jti", true), ("dpop", true), ("jti", false)] {
      let won = try await OnceStore(kind == "jti" ? first : second).use(
        kind, hash: hash, expiresAt: bench.clock.now + .minutes(1))
      try demand(won == expected, "\(kind) was \(won ? "" : "not ")accepted")
    }
  }

  private static func storage(
    _ ledger: Ledger, _ bench: Bench, of name: String = "totp"
  ) throws -> any ModuleStorage {
    guard let instance = InstanceID(name) else { throw BrokenPromise(sentence: "\(name) is no instance") }
    let ring = try Bench.keyEncryptionKeys()
    return ModuleItemStore(ledger).storage(
      for: instance, sealer: Sealer(ring, purpose: "module-state"),
      pseudonyms: KeyedHash(ring, purpose: "module pseudonym"), world: bench.world)
  }

  @Sendable private static func itemWrittenOnce(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    for version in [nil, 1, 2] as [Int64?] {
      let wins = try await bench.crowd(64, first, second) { ledger, caller in
        try await storage(ledger, bench).put("k", [UInt8(caller)], ifVersion: version, expiresAt: nil)
      }
      let expected = (version ?? 0) + 1
      try demand(wins.count { $0 } == 1, "\(wins.count { $0 }) of 64 wrote version \(expected)")
      let found = try await storage(second, bench).get("k")?.version
      try demand(found == expected, "the version is \(found ?? 0) instead of \(expected)")
    }
  }

  @Sendable private static func itemDeletedOnce(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    _ = try await storage(first, bench).put("k", [1], ifVersion: nil, expiresAt: nil)
    try demand(!(try await storage(second, bench).delete("k", ifVersion: 2)), "another version was deleted")
    let wins = try await bench.crowd(64, first, second) { ledger, _ in
      try await storage(ledger, bench).delete("k", ifVersion: 1)
    }
    try demand(wins.count { $0 } == 1, "\(wins.count { $0 }) of 64 deleted it")
    try demand(try await storage(first, bench).get("k") == nil, "it is there")
    let late = try await storage(first, bench).put("k", [2], ifVersion: 1, expiresAt: nil)
    try demand(!late, "a deleted item was written on")
  }

  @Sendable private static func itemExpires(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let end = bench.clock.now + .minutes(10)
    _ = try await storage(first, bench).put("k", [1], ifVersion: nil, expiresAt: end)
    bench.clock.advance(by: .seconds(599))
    try demand(try await storage(second, bench).get("k")?.value == [1], "it went before its time")
    let early = try await storage(second, bench).put("k", [2], ifVersion: nil, expiresAt: end)
    try demand(!early, "an item that is there was written as new")
    bench.clock.advance(by: .seconds(1))
    try demand(try await storage(second, bench).get("k") == nil, "it outlived its time")
    let anew = try await storage(second, bench).put("k", [3], ifVersion: nil, expiresAt: nil)
    try demand(anew, "an expired item stands in the way")
    try demand(try await storage(first, bench).get("k")?.value == [3], "the new value is not there")
  }

  @Sendable private static func ownItems(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    _ = try await storage(first, bench, of: "totp").put("k", [1], ifVersion: nil, expiresAt: nil)
    try demand(try await storage(second, bench, of: "other").get("k") == nil, "another module sees it")
    let code = try FiscalCode(CitizenCases.codes[0])
    let names = [
      try storage(first, bench, of: "totp").pseudonym(of: code),
      try storage(second, bench, of: "totp").pseudonym(of: code),
      try storage(second, bench, of: "other").pseudonym(of: code),
    ]
    try demand(names[0] == names[1] && names[0] != names[2], "pseudonyms do not belong to the instance")
  }

  @Sendable private static func copiedItem(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    _ = try await storage(first, bench).put("mine", [1], ifVersion: nil, expiresAt: nil)
    try await bench.first.tamper("UPDATE module_items SET item = 'yours'")
    let opened = try? await storage(second, bench).get("yours")
    try demand(opened == nil, "it was opened at another place")
  }
}
