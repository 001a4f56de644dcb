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
    /// Of the one button; nil where there are choices.
    let label: String?
    var style = "primary"
    let fields: [Field]
    var inputs: [Input] = []
    /// Buttons of a form that can be sent in several ways.
    var choices: [Choice] = []
  }
  /// Something to type.
  struct Input: Sendable {
    let name: String
    let label: String
    /// `text` or `password`.
    var type = "text"
    /// Which keyboard a phone shows, and how wide the field is.
    var mode = "numeric"
    var most = 4
    /// Where the cursor stands when the page opens.
    var isFirst = true
  }
  /// A button with a value of its own.
  struct Choice: Sendable {
    let value: String
    let label: String
    let style: String
    /// Whether it sends the form as it is, however much is missing.
    let isWayOut: Bool
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
  /// Stands above everything else.
  var banner: String?
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
  /// Its scheme and authority, as a Content-Security-Policy wants them.
  let origin: String

  /// - Throws: if the built-in template does not parse, which a test would have found.
  init(issuer: String) throws {
    template = try MustacheTemplate(string: String(decoding: PackageResources.layout_mustache, as: UTF8.self))
    self.issuer = issuer
    origin = PageRenderer.origin(issuer)
  }

  private static func origin(_ address: String) -> String {
    let path = address.prefix { $0 != "?" && $0 != "#" }
    return path.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
  }

  /// - Parameter targets: addresses beyond the main host to which the answer to a form of this page leads.
  func response(
    _ page: Page, _ status: HTTPResponse.Status = .ok, language: PageLanguage, _ context: GatewayContext,
    _ headers: HTTPFields = [:], formsLeadTo targets: [String] = []
  ) -> Response {
    var headers = headers
    headers[.cacheControl] = "no-store"
    headers[.contentLanguage] = language.rawValue
    headers[.vary] = "Accept-Language"
    headers[.contentSecurityPolicy] =
      "default-src 'none'; style-src \(origin); form-action \(([origin] + targets.map(PageRenderer.origin)).joined(separator: " ")); "
      + "base-uri 'none'; frame-ancestors 'none'"
    for (name, value) in PageRenderer.strict { headers[name] = value }
    headers[.xContentTypeOptions] = "nosniff"
    let text = template.render(values(page, language, context))
    return JSONReply.bytes(ByteBuffer(string: text), status, type: "text/html; charset=utf-8", headers)
  }

  private static let strict = [
    (HTTPField.Name("Referrer-Policy"), "no-referrer"), (HTTPField.Name("Cross-Origin-Resource-Policy"), "same-origin"),
  ].compactMap { name, value in name.map { ($0, value) } }

  /// Every value is escaped by the template.
  private func values(_ page: Page, _ language: PageLanguage, _ context: GatewayContext) -> [String: Any] {
    var values: [String: Any] = [
      "language": language.rawValue, "issuer": issuer, "title": page.title, "paragraphs": page.paragraphs,
      "forms": page.forms,
      "links": page.links, "sections": page.sections,
      "reference": language.text("Riferimento: ", "Reference: ") + context.id,
    ]
    if let banner = page.banner { values["banner"] = banner }
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
