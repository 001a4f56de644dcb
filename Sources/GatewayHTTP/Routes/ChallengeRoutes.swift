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
    let attempt = AttemptContext(device: ChallengeRoutes.device(request))
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

  /// The device's cookie; nil unless it looks like one of ours.
  private static func device(_ request: Request) -> String? {
    for header in request.headers[values: .cookie] {
      for pair in header.split(separator: ";") {
        let parts = pair.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0].filter({ $0 != " " }) == deviceCookie else { continue }
        return (20...64).contains(parts[1].utf8.count) ? String(parts[1]) : nil
      }
    }
    return nil
  }
}
