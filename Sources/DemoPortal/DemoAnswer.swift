import AccessModel
import Hummingbird
import ScopeGuard

/// What a route answers: who asked, as far as the portal knows, and something to look at.
struct DemoAnswer: ResponseEncodable {
  struct Item: Encodable {
    let label: String
    let value: Int
  }

  let service: String
  let title: String
  /// The pairwise pseudonym.
  let subject: String
  /// The intermediary, if one acts for the subject.
  let actor: String?
  /// Seconds since 1970, as in the token.
  let authTime: Int64?
  let items: [Item]?
  let receipt: String?

  enum CodingKeys: String, CodingKey {
    case service, title, subject, actor
    case authTime = "auth_time"
    case items, receipt
  }

  init(_ route: DemoRoute, token: VerifiedToken, receipt: String?) {
    service = route.service
    title = route.title
    subject = token.subject
    actor = token.actor
    authTime = token.authTime?.seconds
    items = route.right == .consultation ? DemoAnswer.items(for: route, subject: token.subject) : nil
    self.receipt = receipt
  }

  /// Figures that are invented, but the same for the same person at every visit.
  private static func items(for route: DemoRoute, subject: String) -> [Item] {
    let seed = (subject + route.service).utf8.reduce(UInt64(5381)) { ($0 &* 33) ^ UInt64($1) }
    return (0..<3).map { index in
      Item(label: "\(route.title) \(2023 + index)", value: Int(seed >> (UInt64(index) * 8) & 0xFF) + 600)
    }
  }
}

/// The list at `/`.
struct DemoIndex: ResponseEncodable {
  struct Entry: Encodable {
    let method: String
    let path: String
    let scope: String
    let title: String
  }

  let routes = DemoPortal.routes.map { route in
    Entry(method: route.method.rawValue, path: route.path, scope: route.scope, title: route.title)
  }
}
