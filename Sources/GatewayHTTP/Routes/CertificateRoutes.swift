import AuthenticatorKit
import Hummingbird
import Metrics
import TokenService

/// `/cns`: where somebody shows a card, on the listener whose TLS asks for it or behind a proxy whose TLS did.
///
/// A program completes its conversation's step here. A person with a browser is asked to confirm, and does so on the
/// main host, in the browser that the step is bound to.
struct CertificateRoutes: Sendable {
  /// Where proof of possession comes from.
  enum Evidence: Sendable {
    /// This connection's own handshake. Header fields count for nothing here.
    case handshake
    /// Header fields of configured proxies.
    case headers(ProxyList)
  }

  let evidence: Evidence
  let desk: LoginDesk
  let pages: PageRenderer

  func mount(on router: RouterGroup<GatewayContext>) { router.get("cns", use: show) }

  @Sendable private func show(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let relay = try FormBody.query(request.uri.query ?? "")["relay_state"]
    let certificate = await certificate(request, context)
    guard let relay else { return answer(await desk.tryOut(certificate), request, context, again: "/cns") }
    let reply = try await desk.arrive(relay, with: certificate, isBrowser: request.isFromBrowser)
    return answer(reply, request, context, again: "/cns?relay_state=\(relay)")
  }

  private func certificate(_ request: Request, _ context: GatewayContext) async -> ClientCertificate? {
    switch evidence {
    case .handshake:
      // Counted as from anybody else: no proxy stands before this listener.
      _ = CertificateHeaders.read(request.headers, isTrusted: false)
      return await context.peerCertificate()
    case .headers(let proxies):
      return CertificateHeaders.read(request.headers, isTrusted: proxies.trusts(context.peer))
    }
  }

  private func answer(
    _ reply: ArrivalReply, _ request: Request, _ context: GatewayContext, again: String
  ) -> Response {
    Counter(label: "varco_card_arrivals_total", dimensions: [("outcome", reply.outcome)]).increment()
    guard request.isFromBrowser else { return program(reply) }
    let language = PageLanguage(request)
    let words = CardPages(language: language)
    switch reply {
    case .page(let address):
      return Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
    case .unknown: return pages.response(words.over, .gone, language: language, context)
    case .denied(let denial):
      let page = words.denied(denial, again: again, help: "\(desk.issuer)/login#cns")
      return pages.response(page, .forbidden, language: language, context)
    case .completed: return pages.response(words.completed, language: language, context)
    case .works: return pages.response(words.works, language: language, context)
    case .proposed(let proposal):
      let page = words.confirm(proposal, action: "\(desk.issuer)/login/cns/confirm")
      return pages.response(page, language: language, context)
    case .unavailable: return pages.response(words.unavailable, .serviceUnavailable, language: language, context)
    }
  }

  private struct Status: Encodable { let status: String }

  /// The same without pages.
  private func program(_ reply: ArrivalReply) -> Response {
    switch reply {
    case .completed, .proposed, .works:
      JSONReply.response(Status(status: reply.outcome), .ok, [.cacheControl: "no-store"])
    case .denied(let denial):
      Problem(.forbidden, denial.rawValue, detail: denial.explanation ?? CardWords(language: .english).text(denial))
        .response()
    case .unknown, .page:
      Problem(.gone, "step-over", detail: "the relay_state is unknown, over, used already, or bound to a browser")
        .response()
    case .unavailable:
      Problem(.serviceUnavailable, "unavailable", detail: "try again in a few seconds").response([.retryAfter: "2"])
    }
  }
}

extension ArrivalReply {
  /// A word for the metrics.
  fileprivate var outcome: String {
    switch self {
    case .unknown: "unknown"
    case .page: "page"
    case .denied(let denial): denial.rawValue
    case .completed: "completed"
    case .works: "works"
    case .proposed: "proposed"
    case .unavailable: "unavailable"
    }
  }
}
