import AccessModel
import AuthenticatorKit
import HTTPTypes
import Hummingbird
import Metrics
import TokenService

/// `/oauth2/authorize-challenge`: the whole login conversation without a browser (first-party applications draft).
struct ChallengeRoutes: Sendable {
  static let deviceCookie = "__Host-varco-device"
  let clients: ClientAuthenticator
  let desk: LoginDesk

  func mount(on router: RouterGroup<GatewayContext>) {
    router.post("authorize-challenge", use: challenge)
  }

  @Sendable private func challenge(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let parameters = try await FormBody.read(request)
    let client = try await clients.authenticate(try ClientCredentials(request, parameters))
    let attempt = AttemptContext(device: request.cookie(ChallengeRoutes.deviceCookie))
    let reply: ChallengeReply
    do {
      reply = try await desk.answer(ChallengeRequest(client: client, parameters: parameters, attempt: attempt))
    } catch {
      if error.code == .accessDenied {
        Counter(label: "varco_logins_total", dimensions: [("outcome", "denied")]).increment()
      }
      if error.code == .temporarilyUnavailable {
        Counter(label: "varco_logins_total", dimensions: [("outcome", "unavailable")]).increment()
      }
      throw error
    }
    return response(to: reply)
  }

  private func response(to reply: ChallengeReply) -> Response {
    var headers: HTTPFields = [.cacheControl: "no-store"]
    switch reply {
    case .more(let question): return JSONReply.response(question, .badRequest, headers)
    case .code(let code, let newDevice):
      Counter(label: "varco_logins_total", dimensions: [("outcome", "accepted")]).increment()
      if let newDevice {
        headers[.setCookie] =
          "\(ChallengeRoutes.deviceCookie)=\(newDevice); Path=/; Max-Age=\(desk.limits.device.seconds); "
          + "Secure; HttpOnly; SameSite=Lax"
      }
      return JSONReply.response(code, .ok, headers)
    }
  }
}
