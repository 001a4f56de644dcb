/// Runs something that serves, and then `body` as soon as it can be connected to; it ends with the body.
/// - Parameter service: calls what it is given once somebody can connect.
package func withRunning<Value: Sendable>(
  _ service: @escaping @Sendable (_ listening: @escaping @Sendable () -> Void) async throws -> Void,
  _ body: @Sendable () async throws -> Value
) async throws -> Value {
  let (signals, signal) = AsyncStream.makeStream(of: Void.self)
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask {
      defer { signal.finish() }
      try await service { signal.yield() }
    }
    var iterator = signals.makeAsyncIterator()
    guard await iterator.next() != nil else {
      try await group.waitForAll()
      throw NobodyListens()
    }
    let value = try await body()
    group.cancelAll()
    // It was cancelled, and says so.
    while await group.nextResult() != nil {}
    return value
  }
}

/// A service ended before anybody could connect.
struct NobodyListens: Error {}
