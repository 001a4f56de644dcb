import AuthenticatorKit
import BrokerStore
import Hummingbird
import Logging
import Metrics
import TokenService

/// `/cns`: where somebody shows a card, on the listener whose TLS asks for it or on the one that only the card's proxy
/// reaches.
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

  func mount(on router: RouterGroup<GatewayContext>) {
    router.get("cns", use: show)
    router.get("/") { _, _ in
      Response(status: .seeOther, headers: [.location: "\(desk.issuer)/login#cns", .cacheControl: "no-store"])
    }
  }

  @Sendable private func show(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let shown = await shown(request, context)
    let (reply, again) = await reply(request, shown)
    let response = answer(reply, request, context, again: again)
    // One handshake proves possession once: the next card, or the next person, gets a new one.
    guard case .handshake = evidence, let connection = context.connection else { return response }
    return response.closing(connection, grace: .zero)
  }

  private func shown(_ request: Request, _ context: GatewayContext) async -> CertificateHeaders.Reading {
    switch evidence {
    case .handshake: await context.takePeerCertificate().map { .shown($0) } ?? .none
    case .headers(let proxies): CertificateHeaders.read(request.headers, isTrusted: proxies.trusts(context.peer))
    }
  }

  private func reply(
    _ request: Request, _ shown: CertificateHeaders.Reading
  ) async -> (ArrivalReply, again: String) {
    guard let query = try? FormBody.query(request.uri.query ?? "") else { return (.unknown, "/cns") }
    switch shown {
    case .refusedByProxy: return (.denied(CertificateRoutes.refusedByProxy), "/cns")
    case .malformed: return (.denied(CertificateRoutes.unreadable), "/cns")
    case .none, .shown: break
    }
    guard let relay = query["relay_state"] else {
      // What a header says can be about anybody; only a handshake's own holder may ask whether a card would do.
      guard case .handshake = evidence else { return (.unknown, "/cns") }
      return (await desk.tryOut(shown.certificate), "/cns")
    }
    let again = "/cns?relay_state=\(relay)"
    do {
      return (try await desk.arrive(relay, with: shown.certificate, isBrowser: request.isFromBrowser), again)
    } catch {
      desk.logger.error("store", metadata: ["path": "/cns", "reason": "\(error)"])
      return (.unavailable, again)
    }
  }

  private static let refusedByProxy = Denial.certificate(
    "certificate-refused-by-proxy",
    "the certificate has expired, is not valid yet, or is not from an authority that is accepted here")
  private static let unreadable = Denial.certificate(
    "certificate-unreadable", "the certificate is damaged or not made as it has to be")

  private func answer(
    _ reply: ArrivalReply, _ request: Request, _ context: GatewayContext, again: String
  ) -> Response {
    Counter(label: "varco_card_arrivals_total", dimensions: [("outcome", reply.outcome)]).increment()
    guard request.isFromBrowser else { return program(reply) }
    let language = PageLanguage(request)
    let words = ArrivalPages(language: language, isCard: true)
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
      return JSONReply.response(Status(status: reply.outcome), .ok, [.cacheControl: "no-store"])
    case .denied(let denial):
      guard denial.isRevealable else {
        return Problem(.forbidden, "denied", detail: LoginDesk.genericRefusal).response()
      }
      let words = denial.explanation ?? DenialWords(language: .english).text(denial)
      return Problem(.forbidden, denial.rawValue, detail: words).response()
    case .unknown, .page:
      return Problem(
        .gone, "step-over", detail: "the relay_state is unknown, over, used already, or bound to a browser"
      ).response()
    case .unavailable:
      return Problem(.serviceUnavailable, "unavailable", detail: "try again in a few seconds")
        .response([.retryAfter: "2"])
    }
  }
}

extension ArrivalReply {
  /// A word for the metrics; a module's own words are not, because there could be any number of them.
  fileprivate var outcome: String {
    switch self {
    case .unknown: "unknown"
    case .page: "page"
    case .denied(let denial): DenialWords.knows(denial.rawValue) ? denial.rawValue : "denied"
    case .completed: "completed"
    case .works: "works"
    case .proposed: "proposed"
    case .unavailable: "unavailable"
    }
  }
}
