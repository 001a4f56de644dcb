import AccessModel
import Hummingbird
import ScopeGuard
import ScopeGuardHummingbird

func pensionService() throws -> some ApplicationProtocol {
  let verifier = try TokenVerifier(
    issuer: "https://login.example.it",
    resource: "https://pensioni.example.it",
    keySet: "https://login.example.it/oauth2/jwks")
  let router = Router(context: ScopeGuardContext.self)

  try router.guarded(.consultation, "estratto-conto", by: verifier)
    .get("/estratto-conto") { _, context in "Statement of \(context.token.subject)" }

  try router.guarded(.dispositive, "domanda-disoccupazione", by: verifier)
    .post("/domanda-disoccupazione") { _, context in "Application of \(context.token.subject)" }

  return Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 8081)))
}
