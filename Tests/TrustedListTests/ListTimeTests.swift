import Foundation
import Testing

@testable import TrustedList

@Suite struct ListTimeTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("1972-03-01T00:00:00Z", 68_256_000), ("2000-02-29T12:34:56Z", 951_827_696),
    ("2026-11-24T06:27:00Z", 1_795_501_620), ("2026-11-24T06:27:00.123Z", 1_795_501_620),
    ("2026-11-24T08:27:00+02:00", 1_795_501_620), ("2026-11-24T01:57:00-04:30", 1_795_501_620),
    ("9999-12-31T23:59:59Z", 253_402_300_799),
  ])
  func aTimeIsRead(text: String, seconds: Int) {
    #expect(ListTime.parse(text) == Date(timeIntervalSince1970: Double(seconds)))
  }

  @Test(arguments: [
    "", "2026-11-24", "2026-11-24T06:27:00", "2026-11-24T06:27Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
    "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-24T24:00:00Z",
    "2026-11-24T06:60:00Z", "2026-11-24T06:27:60Z", "2026-11-24T06:27:00.Z", "2026-11-24T06:27:00z",
    "2026-11-24T06:27:00+15:00", "2026-11-24T06:27:00+0200", "1969-12-31T23:59:59Z", "20261124T062700Z",
    "+026-11-24T06:27:00Z", "2026-11-24T06:27:00ZZ", "٢٠٢٦-11-24T06:27:00Z",
  ])
  func whatIsNoTimeIsNotRead(text: String) {
    #expect(ListTime.parse(text) == nil)
  }

  @Test func everyDayFollowsTheOneBefore() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for day in stride(from: 0, to: 200 * 365, by: 13) {
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day], from: date)
      let (year, month, number) = (parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
      let text = "\(year)-\(month < 10 ? "0" : "")\(month)-\(number < 10 ? "0" : "")\(number)T00:00:00Z"
      #expect(ListTime.parse(text) == date)
    }
  }
}
