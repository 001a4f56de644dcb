import Synchronization

/// What a module answers next, for a test that knows it only in the middle.
final class LastReply: Sendable {
  private let content = Mutex(RawModule.Reply(""))

  var reply: RawModule.Reply {
    get { content.withLock { $0 } }
    set { content.withLock { $0 = newValue } }
  }
}
