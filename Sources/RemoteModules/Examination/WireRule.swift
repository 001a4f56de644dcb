/// What the wire asks of a module beside the conformance suite, by a stable name.
enum WireRule: String, Sendable, CaseIterable {
  /// Nobody but the owner and the group may connect.
  case socketIsPrivate = "socket-is-private"
  /// hello has every field, and the protocol is this one.
  case helloIsOfThisProtocol = "hello-is-of-this-protocol"
  /// A path that the protocol does not have gets another status than 200.
  case unknownPathsAreRefused = "unknown-paths-are-refused"
  /// A request that cannot be read gets another status than 200, and the module goes on.
  case unreadableRequestsAreRefused = "unreadable-requests-are-refused"
  /// Every answer comes within the deadline, repeats its call and keeps the limits.
  case answersKeepTheProtocol = "answers-keep-the-protocol"
  /// Nobody is said to be more than hello says, or somebody else.
  case claimsStayWithinHello = "claims-stay-within-hello"
}
