import AccessModel
import Testing

@Suite struct InstantTests {
  private let last = Instant(milliseconds: .max)
  private let first = Instant(milliseconds: .min)

  @Test func additionSaturatesAtBothEnds() {
    #expect(last + .seconds(1) == last)
    #expect(first + .seconds(-1) == first)
    #expect(Instant(milliseconds: 1000) + .seconds(2) == Instant(milliseconds: 3000))
  }

  @Test func subtractionSaturatesAtBothEnds() {
    #expect(first - .seconds(1) == first)
    #expect(last - .seconds(-1) == last)
    #expect(Instant(milliseconds: 0) - TimeSpan(milliseconds: .min) == last)
    #expect(Instant(milliseconds: -1) - TimeSpan(milliseconds: .min) == last)
    #expect(Instant(milliseconds: -2) - TimeSpan(milliseconds: .min) == Instant(milliseconds: .max - 1))
  }

  @Test func differencesSaturateAtBothEnds() {
    #expect((last - first).milliseconds == .max)
    #expect((first - last).milliseconds == .min)
    #expect(Instant(seconds: 5) - Instant(seconds: 3) == .seconds(2))
  }

  @Test func aNumericDateSaturates() {
    #expect(Instant(seconds: .max) == last)
    #expect(Instant(seconds: .min) == first)
  }

  @Test(arguments: [(1999, 1), (1000, 1), (999, 0), (0, 0), (-1, -1), (-1000, -1), (-1001, -2)] as [(Int64, Int64)])
  func secondsRoundDown(_ milliseconds: Int64, _ seconds: Int64) {
    #expect(Instant(milliseconds: milliseconds).seconds == seconds)
  }

  @Test func spansSaturateInsteadOfTrapping() {
    for span in [TimeSpan.seconds(.max), .minutes(.max), .hours(.max), .days(.max)] {
      #expect(span.milliseconds == .max)
    }
    for span in [TimeSpan.seconds(.min), .minutes(.min), .hours(.min), .days(.min)] {
      #expect(span.milliseconds == .min)
    }
    #expect(TimeSpan.days(1) == .hours(24) && TimeSpan.hours(1) == .minutes(60) && TimeSpan.minutes(1) == .seconds(60))
  }
}
