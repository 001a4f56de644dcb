import Synchronization

/// The connections that wait for a call. The one that was used last goes first, so that those of a busy minute end.
final class IdleConnections: Sendable {
  private let waiting = Mutex<[HTTPExchanges]>([])

  func take() -> HTTPExchanges? { waiting.withLock { $0.popLast() } }

  func put(_ connection: HTTPExchanges) { waiting.withLock { $0.append(connection) } }

  /// - Returns: whether it was waiting, and is not any more.
  @discardableResult
  func remove(_ connection: HTTPExchanges) -> Bool {
    waiting.withLock { waiting in
      guard let place = waiting.firstIndex(where: { $0 === connection }) else { return false }
      waiting.remove(at: place)
      return true
    }
  }

  deinit { for connection in waiting.withLock({ $0 }) { connection.close() } }
}
