import HTTPTypes
import Hummingbird

/// The languages that pages speak; Italian unless the browser prefers English.
enum PageLanguage: String, Sendable {
  case italian = "it"
  case english = "en"

  /// The first language of `Accept-Language` that we speak. The order is taken as the preference, which is how browsers
  /// send it (RFC 9110 section 12.5.4 allows other weights; nobody is harmed by the wrong language).
  init(_ request: Request) {
    let wanted = (request.headers[.acceptLanguage] ?? "").prefix(200).lowercased().split(separator: ",")
    let known = wanted.compactMap { entry in
      PageLanguage(rawValue: String(entry.drop { $0 == " " }.prefix(2)))
    }
    self = known.first ?? .italian
  }

  func text(_ italian: String, _ english: String) -> String { self == .italian ? italian : english }
}

extension Request {
  /// Whether the request comes from a browser, as far as that can be told: from a page that a person opens, or from
  /// anything that somebody else's page makes a browser load.
  ///
  /// A program must not be taken for one where it matters little; a browser must never be taken for a program, because
  /// a picture in a stranger's page would then show the card for the stranger's login. So every sign counts, the oldest
  /// among them too: all browsers call themselves Mozilla, and no page can make them say otherwise.
  var isFromBrowser: Bool {
    if headers[.userAgent]?.contains("Mozilla/") == true { return true }
    if headers[.accept]?.lowercased().contains("text/html") == true { return true }
    return Request.signsOfBrowsers.contains { headers[$0] != nil }
  }

  private static let signsOfBrowsers =
    [
      "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-Dest", "Sec-Purpose", "Purpose", "Origin", "Referer", "Cookie",
      "Accept-Language", "Range", "DNT", "Upgrade-Insecure-Requests", "Icy-MetaData", "X-Playback-Session-Id",
    ].compactMap { HTTPField.Name($0) }
}
