import HTTPTypes
import Hummingbird
import Mustache
import NIOCore

/// A page for a person: what it says, apart from how it looks.
struct Page: Sendable {
  struct Row: Sendable {
    let label: String
    let value: String
  }
  struct Field: Sendable {
    let name: String
    let value: String
  }
  struct Form: Sendable {
    let action: String
    let label: String
    var style = "primary"
    let fields: [Field]
  }
  struct Link: Sendable {
    let address: String
    let label: String
  }
  struct Section: Sendable {
    let id: String?
    let title: String
    let paragraphs: [String]
  }

  let title: String
  var alert: String?
  var paragraphs: [String] = []
  var rows: [Row] = []
  var steps: [String] = []
  var forms: [Form] = []
  var links: [Link] = []
  var sections: [Section] = []
}

/// Draws pages. They work without JavaScript, load nothing from elsewhere, and are never cached.
struct PageRenderer: Sendable {
  private let template: MustacheTemplate
  /// The main host's address, where the forms of other listeners lead.
  private let issuer: String

  /// - Throws: if the built-in template does not parse, which a test would have found.
  init(issuer: String) throws {
    template = try MustacheTemplate(string: String(decoding: PackageResources.layout_mustache, as: UTF8.self))
    self.issuer = issuer
  }

  func response(
    _ page: Page, _ status: HTTPResponse.Status = .ok, language: PageLanguage, _ context: GatewayContext,
    _ headers: HTTPFields = [:]
  ) -> Response {
    var headers = headers
    headers[.cacheControl] = "no-store"
    headers[.contentLanguage] = language.rawValue
    headers[.vary] = "Accept-Language"
    headers[.contentSecurityPolicy] =
      "default-src 'none'; style-src 'self'; form-action 'self' \(issuer); base-uri 'none'; frame-ancestors 'none'"
    headers[.xContentTypeOptions] = "nosniff"
    if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
    let text = template.render(values(page, language, context))
    return JSONReply.bytes(ByteBuffer(string: text), status, type: "text/html; charset=utf-8", headers)
  }

  /// Every value is escaped by the template.
  private func values(_ page: Page, _ language: PageLanguage, _ context: GatewayContext) -> [String: Any] {
    var values: [String: Any] = [
      "language": language.rawValue, "title": page.title, "paragraphs": page.paragraphs, "forms": page.forms,
      "links": page.links, "sections": page.sections,
      "reference": language.text("Riferimento: ", "Reference: ") + context.id,
    ]
    if let alert = page.alert { values["alert"] = alert }
    if !page.rows.isEmpty { values["facts"] = ["rows": page.rows] }
    if !page.steps.isEmpty { values["steps"] = ["items": page.steps] }
    return values
  }

  /// The one style sheet, served by every listener that serves pages.
  static func styleSheet(_ request: Request, _ context: GatewayContext) -> Response {
    JSONReply.bytes(
      ByteBuffer(bytes: PackageResources.varco_css), .ok, type: "text/css; charset=utf-8",
      [.cacheControl: "public, max-age=3600", .xContentTypeOptions: "nosniff"])
  }
}
