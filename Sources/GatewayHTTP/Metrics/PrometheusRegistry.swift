public import CoreMetrics
import Synchronization

/// Keeps what `swift-metrics` reports and writes it as Prometheus text (exposition format 0.0.4).
///
/// There is no Prometheus back end among the packages that this project can use; the format is a page long.
public final class PrometheusRegistry: MetricsFactory {
  private let series = Mutex<[SeriesName: any PrometheusSeries]>([:])

  public init() {}

  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    find(label, dimensions) { CounterSeries() }
  }

  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    find(label, dimensions) { GaugeSeries() }
  }

  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    find(label, dimensions) { GaugeSeries() }
  }

  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    find(label, dimensions) { HistogramSeries() }
  }

  public func destroyCounter(_ handler: any CounterHandler) {}
  public func destroyRecorder(_ handler: any RecorderHandler) {}
  public func destroyMeter(_ handler: any MeterHandler) {}
  public func destroyTimer(_ handler: any TimerHandler) {}

  /// Every series, sorted by name.
  public var text: String {
    let all = series.withLock { $0.sorted { $0.key < $1.key } }
    var lines: [String] = []
    var previous = ""
    for (name, series) in all {
      if name.label != previous { lines.append("# TYPE \(name.label) \(series.type)") }
      previous = name.label
      lines.append(contentsOf: series.lines(name))
    }
    return lines.map { "\($0)\n" }.joined()
  }

  /// The same label and dimensions are the same series, whoever asks.
  private func find<Series: PrometheusSeries>(
    _ label: String, _ dimensions: [(String, String)], make: () -> Series
  ) -> Series {
    let name = SeriesName(label, dimensions)
    return series.withLock { series in
      if let found = series[name] as? Series { return found }
      let made = make()
      series[name] = made
      return made
    }
  }
}

/// A metric's name and labels in the form in which they are written.
struct SeriesName: Hashable, Comparable {
  let label: String
  let labels: String

  init(_ label: String, _ dimensions: [(String, String)]) {
    self.label = String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "_" })
    labels = dimensions.map { "\($0.0)=\"\(SeriesName.escaped($0.1))\"" }.joined(separator: ",")
  }

  func line(_ value: String, suffix: String = "", extra: String = "") -> String {
    let all = [labels, extra].filter { !$0.isEmpty }.joined(separator: ",")
    return "\(label)\(suffix)\(all.isEmpty ? "" : "{\(all)}") \(value)"
  }

  static func < (left: SeriesName, right: SeriesName) -> Bool {
    (left.label, left.labels) < (right.label, right.labels)
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { output, character in
      switch character {
      case "\\": output += "\\\\"
      case "\"": output += "\\\""
      case "\n": output += "\\n"
      default: output.append(character)
      }
    }
  }
}
