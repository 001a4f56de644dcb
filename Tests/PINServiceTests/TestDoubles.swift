import AccessModel
import AuthenticatorKit
import Foundation
import Synchronization

@testable import BrokerStore

/// A clock that moves when it is told to.
final class TestClock: Sendable {
  private let time = Mutex(Instant(seconds: 1_800_000_000))
  var now: Instant { time.withLock { $0 } }
  func advance(_ span: TimeSpan) { time.withLock { $0 = $0 + span } }
}

/// Counts transactions and the statements in them.
final class CountingDatabase: SQLDatabase {
  private let inner: any SQLDatabase
  private let log = Mutex<[String]>([])
  init(_ inner: any SQLDatabase) { self.inner = inner }

  /// What was done since the last call, each transaction as `read` or `write`.
  func take() -> [String] {
    log.withLock { entries in
      defer { entries = [] }
      return entries
    }
  }

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Value
  ) async throws(StoreError) -> Value {
    log.withLock { $0.append("read") }
    return try await inner.read(body)
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Value
  ) async throws(StoreError) -> Value {
    log.withLock { $0.append("write") }
    return try await inner.write(body)
  }

  func hasChanged() async throws(StoreError) -> Bool { try await inner.hasChanged() }
  func close() async { await inner.close() }
}
