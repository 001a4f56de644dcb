import AccessModel
public import AuthenticatorKit
import SPIDStubProvider

/// Logs somebody in through a pretended SPID identity provider: for development, demos and tests, never for real.
///
/// In a browser it sends the person to the provider's pages and fetches the provider's response afterwards; without one
/// it asks itself. What the provider says is judged in the same way (specification sections 4.1, 4.7 and 4.8).
public struct SPIDStubAuthenticator: AuthenticatorModule {
  public static let type = "spid-stub"

  /// `pwd` is all that every level has in common (RFC 8176); the context tells the rest.
  public let descriptor = AuthenticatorDescriptor(
    role: .primary, assurance: .high, amr: ["pwd"], ceiling: .dispositive,
    contexts: SPIDLevel.allCases.map(\.context))

  public let pages: (any PagePublisher)?
  public let warnings = ["a pretended identity provider: whoever knows its file can log in as anybody in it"]

  private let provider: StubProvider
  private let exchange: StubExchange
  private let address: StubAddress
  private let world: World

  public init(settings: inout Settings, context: AuthenticatorContext) throws(ConfigurationError) {
    provider = StubProvider(try StubIdentityFile.read(&settings), context: context)
    exchange = StubExchange(context)
    address = StubAddress(issuer: context.issuer, instance: "\(context.instance)")
    pages = StubPages(provider, exchange: exchange, address: address)
    world = context.world
  }

  public func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    let asked = try SPIDStubAuthenticator.level(login.context)
    guard login.hasBrowser else {
      return try SPIDPrompts.ask(.init(progress: StubProgress(asked: asked), subject: login.subject))
    }
    let (id, handle) = try await exchange.request(asked, relayState: login.relayState)
    let waiting = SPIDWaiting(request: id, asked: asked, begunAt: world.now(), subject: login.subject)
    return .redirect(Redirect(url: address.login(handle)), try SPIDState.waiting(waiting).sealed())
  }

  public func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    switch SPIDState(state) {
    case .waiting(let waiting): try await fetch(answer["artifact"], for: waiting)
    case .asking(let asking): try await advance(asking, with: answer)
    case nil: .denied(.badCredentials)
    }
  }

  /// Fetches the provider's response, which can be done once, and makes sure that it answers this request and is fresh.
  private func fetch(
    _ artifact: String?, for waiting: SPIDWaiting
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard let artifact, let response = try await exchange.response(artifact) else {
      return .denied(SPIDDenial.response)
    }
    let now = world.now()
    guard response.inResponseTo == waiting.request, response.issuedAt >= waiting.begunAt, response.issuedAt <= now,
      now - response.issuedAt <= StubExchange.responseLife
    else { return .denied(SPIDDenial.response) }
    return SPIDJudge(asked: waiting.asked, subject: waiting.subject).judge(response.outcome)
  }

  private func advance(
    _ asking: SPIDAsking, with answer: LoginAnswer
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    let judge = SPIDJudge(asked: asking.progress.asked, subject: asking.subject)
    switch try await provider.advance(asking.progress, with: answer) {
    case .malformed: return try SPIDPrompts.ask(asking, isAgain: true)
    case .wrong: return .denied(.badCredentials)
    case .next(let progress): return try SPIDPrompts.ask(.init(progress: progress, subject: asking.subject))
    case .refused(let code): return judge.judge(.error(code))
    case .proven(let progress):
      guard let assertion = provider.assertion(of: progress) else { return .denied(.badCredentials) }
      return judge.judge(.success(assertion))
    }
  }

  /// The level to ask for: the weakest that is enough, and level 1 where any is.
  private static func level(_ context: AuthenticationContext?) throws(AuthenticatorFault) -> SPIDLevel {
    guard let context else { return .one }
    guard let level = SPIDLevel(acr: context.acr) else { throw .unavailable("a context that is no level of SPID") }
    return level
  }
}
