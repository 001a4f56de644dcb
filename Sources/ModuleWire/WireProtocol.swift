/// The protocol between the gateway and a module in another process: HTTP/1.1 with JSON on a Unix socket.
///
/// The contract for authors is `docs/remote-modules.md`; the types here are what both Swift ends say.
public enum WireProtocol {
  /// Changes when an old module could misunderstand a new gateway, or the other way round.
  public static let version = 1

  public static let hello = "/v1/hello"
  public static let begin = "/v1/begin"
  public static let resume = "/v1/resume"

  /// The most that a message may hold, either way.
  public static let maximumBytes = 64 << 10
  /// The most that a module's state may hold; the gateway adds a little of its own before it seals it.
  public static let maximumStateBytes = 4000
  public static let maximumFields = 10
  public static let maximumLabel = 100
  public static let maximumText = 500
  public static let maximumAddress = 2048
  public static let maximumSubject = 512
  public static let maximumName = 64
}

/// What is wrong with a message, for the log: names fields and limits, and repeats no values.
public struct WireError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
