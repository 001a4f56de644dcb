import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Testing

@Suite struct TestingLibraryTests {
  private let clock = ManualClock()

  @Test func ofManyWritersWithOneVersionOneWins() async throws {
    let storage = MemoryModuleStorage(clock: clock)
    #expect(try await storage.put("k", [0], ifVersion: nil, expiresAt: nil))
    let version = try await storage.get("k")?.version
    let winners = await withTaskGroup(of: Bool.self) { group in
      for value in UInt8(1)...64 {
        group.addTask { (try? await storage.put("k", [value], ifVersion: version, expiresAt: nil)) ?? false }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(winners == 1)
  }

  @Test func aKeyThatExistsIsNotMadeAgain() async throws {
    let storage = MemoryModuleStorage(clock: clock)
    #expect(try await storage.put("k", [1], ifVersion: nil, expiresAt: nil))
    #expect(try await !storage.put("k", [2], ifVersion: nil, expiresAt: nil))
    #expect(try await storage.get("k")?.value == [1])
  }

  @Test func anItemVanishesAtItsTime() async throws {
    let storage = MemoryModuleStorage(clock: clock)
    #expect(try await storage.put("k", [1], ifVersion: nil, expiresAt: clock.now + .seconds(10)))
    clock.advance(by: .seconds(9))
    let version = try #require(try await storage.get("k")?.version)
    clock.advance(by: .seconds(1))
    #expect(try await storage.get("k") == nil && storage.keys.isEmpty)
    #expect(try await !storage.delete("k", ifVersion: version))
    #expect(try await storage.put("k", [2], ifVersion: nil, expiresAt: nil))
  }

  @Test func aVersionIsNeverRepeated() async throws {
    let storage = MemoryModuleStorage(clock: clock)
    #expect(try await storage.put("k", [1], ifVersion: nil, expiresAt: nil))
    let version = try #require(try await storage.get("k")?.version)
    #expect(try await storage.delete("k", ifVersion: version))
    #expect(try await storage.put("k", [1], ifVersion: nil, expiresAt: nil))
    #expect(try await !storage.delete("k", ifVersion: version))
  }

  @Test func whatIsTooLongIsAFault() async {
    let storage = MemoryModuleStorage(clock: clock)
    await #expect(throws: AuthenticatorFault.self) {
      try await storage.put(String(repeating: "k", count: 201), [], ifVersion: nil, expiresAt: nil)
    }
    await #expect(throws: AuthenticatorFault.self) {
      try await storage.put("k", [UInt8](repeating: 0, count: 4097), ifVersion: nil, expiresAt: nil)
    }
  }

  @Test func aPseudonymIsStableAndNoFiscalCode() throws {
    let storage = MemoryModuleStorage(clock: clock)
    let one = try FiscalCode("RSSMRA85T10H501O")
    let other = try FiscalCode("BNCNNA62A71F205V")
    #expect(storage.pseudonym(of: one) == storage.pseudonym(of: one))
    #expect(storage.pseudonym(of: one) != storage.pseudonym(of: other))
    #expect(!storage.pseudonym(of: one).contains("RSS"))
  }

  @Test func aDeterministicWorldRepeatsItself() {
    let worlds = [
      World.deterministic(clock: clock), .deterministic(clock: clock), .deterministic(clock: clock, seed: 2),
    ]
    let bytes = worlds.map { $0.random(32) }
    #expect(bytes[0] == bytes[1] && bytes[0] != bytes[2] && Set(bytes[0]).count > 8)
    #expect(worlds[0].random(32) != bytes[0] && worlds[0].random(0).isEmpty && worlds[0].random(-1).isEmpty)
    clock.set(to: Instant(seconds: 5))
    #expect(worlds[0].now() == Instant(seconds: 5))
  }

  @Test func theVaultAnswersAsItIsTold() async throws {
    let citizen = try FiscalCode("RSSMRA85T10H501O")
    let vault = FixedVault([citizen: FixedPIN("RIGHT", grade: .dispositivo)])
    #expect(
      try await vault.check(Secret("RIGHT"), of: citizen, attempt: .shared)
        == .matches(credential: CredentialID("pin-1"), grade: .dispositivo, upkeep: .none))
    #expect(try await vault.check(Secret("right"), of: citizen, attempt: .shared) == .differs)
    vault.lock(citizen)
    #expect(try await vault.check(Secret("RIGHT"), of: citizen, attempt: .shared) == .locked)
    vault.unlock(citizen)
    vault.fail(with: .busy(retryAfterSeconds: 3))
    await #expect(throws: AuthenticatorFault.busy(retryAfterSeconds: 3)) {
      try await vault.check(Secret("RIGHT"), of: citizen, attempt: .shared)
    }
    #expect(vault.checks.count == 4)
  }

  @Test func aFindingBecomesATestIssue() async {
    await withKnownIssue {
      await expectConforms(ScriptedAuthenticator(.secondFactor))
    }
  }
}
