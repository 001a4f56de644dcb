import AuthenticatorKit
import Foundation
import Testing

@testable import LDAPAuthenticator

@Suite struct PoolTests {
  @Test func whoeverFindsNoPlaceIsToldToComeBackAndAPlaceIsFreeAfterTheWork() async throws {
    let pool = DirectoryPool(threads: 1, waiting: 0)
    let (started, signal) = AsyncStream.makeStream(of: Void.self)
    let gate = DispatchSemaphore(value: 0)
    let first = Task {
      try await pool.run {
        signal.finish()
        gate.wait()
        return 1
      }
    }
    for await _ in started {}
    await #expect(throws: AuthenticatorFault.busy(retryAfterSeconds: 2)) { try await pool.run { 2 } }
    gate.signal()
    #expect(try await first.value == 1)
    #expect(try await pool.run { 3 } == 3)
  }
}
