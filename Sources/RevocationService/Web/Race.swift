import AsyncHTTPClient
import NIOCore

/// Work against time. A task group would wait for work that cannot be stopped, such as a question to a name server.
enum Race {
  /// - Throws: ``WebExchange/Failure/timedOut`` when the time is over first, and what the work throws.
  static func value<Value: Sendable>(
    within limit: Duration, of work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let loop = HTTPClient.defaultEventLoopGroup.any()
    // The first outcome counts; a promise ignores the others.
    let promise = loop.makePromise(of: Value.self)
    let task = Task {
      do {
        promise.succeed(try await work())
      } catch {
        promise.fail(error)
      }
    }
    let timer = loop.scheduleTask(in: .nanoseconds(limit.nanoseconds)) {
      promise.fail(WebExchange.Failure.timedOut)
      task.cancel()
    }
    defer { timer.cancel() }
    return try await withTaskCancellationHandler {
      try await promise.futureResult.get()
    } onCancel: {
      promise.fail(CancellationError())
      task.cancel()
    }
  }
}
