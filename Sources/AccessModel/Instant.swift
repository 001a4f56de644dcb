/// A point in time as milliseconds since 1970-01-01T00:00:00Z.
///
/// Its own type, so that pure rules need neither Foundation nor a clock, and so that a time is never mixed up with a
/// duration.
public struct Instant: Sendable, Hashable, Comparable, Codable {
  /// Milliseconds since the Unix epoch; negative before 1970.
  public let milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// A `NumericDate` of RFC 7519 section 2; saturates instead of overflowing.
  public init(seconds: Int64) {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    milliseconds = overflow ? (seconds < 0 ? .min : .max) : product
  }

  /// Whole seconds since the Unix epoch, rounded down: the `NumericDate` that goes into a token.
  public var seconds: Int64 {
    let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    return remainder < 0 ? quotient - 1 : quotient
  }

  public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

  /// Saturates at both ends: a hostile number in a token must not trap.
  public static func + (instant: Instant, span: TimeSpan) -> Instant {
    let (sum, overflow) = instant.milliseconds.addingReportingOverflow(span.milliseconds)
    return Instant(milliseconds: overflow ? (span.milliseconds < 0 ? .min : .max) : sum)
  }

  public static func - (instant: Instant, span: TimeSpan) -> Instant {
    let (difference, overflow) = instant.milliseconds.subtractingReportingOverflow(span.milliseconds)
    return Instant(milliseconds: overflow ? (span.milliseconds < 0 ? .max : .min) : difference)
  }

  public static func - (left: Instant, right: Instant) -> TimeSpan {
    let (difference, overflow) = left.milliseconds.subtractingReportingOverflow(right.milliseconds)
    return TimeSpan(milliseconds: overflow ? (left < right ? .min : .max) : difference)
  }
}

/// A length of time in milliseconds.
public struct TimeSpan: Sendable, Hashable, Comparable, Codable {
  public let milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public static let zero = TimeSpan(milliseconds: 0)
  public static func seconds(_ count: Int) -> TimeSpan { TimeSpan(count, times: 1000) }
  public static func minutes(_ count: Int) -> TimeSpan { TimeSpan(count, times: 60_000) }
  public static func hours(_ count: Int) -> TimeSpan { TimeSpan(count, times: 3_600_000) }
  public static func days(_ count: Int) -> TimeSpan { TimeSpan(count, times: 86_400_000) }

  /// Saturates at both ends, as ``Instant`` does: a hostile `max_age` must not trap.
  private init(_ count: Int, times unit: Int64) {
    let (product, overflow) = Int64(count).multipliedReportingOverflow(by: unit)
    milliseconds = overflow ? (count < 0 ? .min : .max) : product
  }

  /// Whole seconds, rounded towards zero.
  public var seconds: Int64 { milliseconds / 1000 }

  public static func < (left: TimeSpan, right: TimeSpan) -> Bool { left.milliseconds < right.milliseconds }
}
