package import ModuleWire
import Synchronization

/// Runs something that serves for as long as `body` goes on.
/// - Parameter serve: says to what it is given when somebody can connect.
package func withRunning<Value: Sendable>(
  _ serve: (Meanwhile) async throws -> Void, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let outcome = Outcome<Value>()
  try await serve(
    Meanwhile {
      do { outcome.set(.success(try await body())) } catch { outcome.set(.failure(error)) }
    })
  guard let result = outcome.result else { throw NobodyListened() }
  return try result.get()
}

/// What came of a body that ran elsewhere.
private final class Outcome<Value: Sendable>: Sendable {
  private let content = Mutex<Result<Value, any Error>?>(nil)

  var result: Result<Value, any Error>? { content.withLock { $0 } }
  func set(_ result: Result<Value, any Error>) { content.withLock { $0 = result } }
}

/// A server ended before anybody could connect.
struct NobodyListened: Error {}
