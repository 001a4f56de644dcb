public import CoreMetrics
import NIOCore

/// Where time, chance and the addresses of names come from, and where figures go.
public struct RevocationWorld: Sendable {
  /// Seconds since 1970.
  public let now: @Sendable () -> Int64
  /// So many octets that nobody can guess.
  public let random: @Sendable (Int) -> [UInt8]
  public let metrics: any MetricsFactory
  /// Blocks.
  var resolve: @Sendable (_ host: String, _ port: Int) throws -> SocketAddress = {
    try SocketAddress.makeAddressResolvingHost($0, port: $1)
  }

  public init(
    now: @escaping @Sendable () -> Int64, random: @escaping @Sendable (Int) -> [UInt8],
    metrics: any MetricsFactory = MetricsSystem.factory
  ) {
    self.now = now
    self.random = random
    self.metrics = metrics
  }

  /// Counts one more of a kind.
  func count(_ label: String, outcome: String) {
    Counter(label: label, dimensions: [("outcome", outcome)], factory: metrics).increment()
  }

  /// 0 up to, but not including, 1: so that many nodes do not all ask at once.
  var jitter: Double {
    let value = random(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return Double(value) / 4_294_967_296
  }
}
