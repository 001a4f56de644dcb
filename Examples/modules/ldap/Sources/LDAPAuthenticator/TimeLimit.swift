import AccessModel
import AuthenticatorKit

/// By when a login has to be decided: the steps share the time, so that none is begun that nobody waits for.
struct TimeLimit: Sendable {
  private let end: Instant
  private let world: World

  init(_ span: TimeSpan, world: World) {
    end = world.now() + span
    self.world = world
  }

  /// Milliseconds, 0 or less when it is over.
  var left: Int { Int(end.milliseconds - world.now().milliseconds) }
}
