import CoreMetrics
import Synchronization

/// One series: a value and how it is written.
protocol PrometheusSeries: AnyObject, Sendable {
  var type: String { get }
  func lines(_ name: SeriesName) -> [String]
}

final class CounterSeries: PrometheusSeries, CounterHandler {
  private let value = Atomic<Int64>(0)
  let type = "counter"

  func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
  func reset() { value.store(0, ordering: .relaxed) }
  func lines(_ name: SeriesName) -> [String] { [name.line(String(value.load(ordering: .relaxed)))] }
}

final class GaugeSeries: PrometheusSeries, RecorderHandler, MeterHandler {
  private let value = Mutex<Double>(0)
  let type = "gauge"

  func record(_ value: Int64) { set(Double(value)) }
  func record(_ value: Double) { set(value) }
  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { self.value.withLock { $0 = value } }
  func increment(by amount: Double) { value.withLock { $0 += amount } }
  func decrement(by amount: Double) { value.withLock { $0 -= amount } }
  func lines(_ name: SeriesName) -> [String] { [name.line("\(value.withLock { $0 })")] }
}

/// Durations in seconds, in buckets from half a millisecond to ten seconds.
final class HistogramSeries: PrometheusSeries, TimerHandler {
  private static let bounds: [Int64] = [
    500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 10_000_000,
  ]
  private struct State {
    var counts = [Int64](repeating: 0, count: bounds.count + 1)
    var sum: Int64 = 0
  }
  private let state = Mutex(State())
  let type = "histogram"

  func recordNanoseconds(_ duration: Int64) {
    let microseconds = duration / 1000
    let index = HistogramSeries.bounds.firstIndex { microseconds <= $0 } ?? HistogramSeries.bounds.count
    state.withLock { state in
      state.counts[index] += 1
      state.sum += microseconds
    }
  }

  func lines(_ name: SeriesName) -> [String] {
    let state = state.withLock { $0 }
    var total: Int64 = 0
    var lines: [String] = []
    for (index, count) in state.counts.enumerated() {
      total += count
      let bound = index < HistogramSeries.bounds.count ? "\(Double(HistogramSeries.bounds[index]) / 1_000_000)" : "+Inf"
      lines.append(name.line(String(total), suffix: "_bucket", extra: "le=\"\(bound)\""))
    }
    lines.append(name.line("\(Double(state.sum) / 1_000_000)", suffix: "_sum"))
    lines.append(name.line(String(total), suffix: "_count"))
    return lines
  }
}
