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
  /// Whether a person looks at the answer: a browser says so when it opens a page, and a program has no reason to.
  var isFromBrowser: Bool {
    let accepts = headers[.accept]?.lowercased().contains("text/html") == true
    return accepts || HTTPField.Name("Sec-Fetch-Mode").map { headers[$0] != nil } == true
  }
}
