import CoreMetrics
import Synchronization

/// Keeps what is counted and measured.
final class TestMetrics: MetricsFactory {
  private let values = Mutex<[String: Double]>([:])

  /// nil if nothing was ever reported.
  subscript(_ label: String, _ dimension: String) -> Double? { values.withLock { $0["\(label) \(dimension)"] } }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    Series(name(label, dimensions), self)
  }

  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    Series(name(label, dimensions), self)
  }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    Series(name(label, dimensions), self)
  }

  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}

  private func name(_ label: String, _ dimensions: [(String, String)]) -> String {
    "\(label) \(dimensions.map(\.1).joined(separator: " "))"
  }

  fileprivate func add(_ name: String, _ amount: Double) { values.withLock { $0[name, default: 0] += amount } }
  fileprivate func set(_ name: String, _ value: Double) { values.withLock { $0[name] = value } }
}

private final class Series: CounterHandler, RecorderHandler, TimerHandler {
  private let name: String
  private let metrics: TestMetrics

  init(_ name: String, _ metrics: TestMetrics) { (self.name, self.metrics) = (name, metrics) }

  func increment(by amount: Int64) { metrics.add(name, Double(amount)) }
  func reset() { metrics.set(name, 0) }
  func record(_ value: Int64) { metrics.set(name, Double(value)) }
  func record(_ value: Double) { metrics.set(name, value) }
  func recordNanoseconds(_ duration: Int64) { metrics.set(name, Double(duration)) }
}
