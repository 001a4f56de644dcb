import AccessModel
public import AuthenticatorKit

/// The pages of the pretended provider: password, code, confirmation, consent, one step after the other.
///
/// Each step that was right moves the login to a new handle, which only the page that follows holds. Whoever knows the
/// address of the beginning, because they began it, cannot go on where somebody else has logged in.
public struct StubPages: PagePublisher {
  /// How long a person may take, in all; after that the provider answers nr21.
  static let patience = TimeSpan.minutes(5)
  /// Wrong tries in one request, after which it ends with nr19.
  static let maximumTries = 3

  let provider: StubProvider
  let exchange: StubExchange
  let address: StubAddress

  public init(_ provider: StubProvider, exchange: StubExchange, address: StubAddress) {
    self.provider = provider
    self.exchange = exchange
    self.address = address
  }

  public func answer(_ request: PageRequest) async -> PageReply {
    guard request.path == "login" else { return .notFound }
    let words = StubWords(isItalian: request.isItalian)
    do throws(AuthenticatorFault) { return try await reply(request, words) } catch {
      return notice(words.away, words)
    }
  }

  private func reply(_ request: PageRequest, _ words: StubWords) async throws(AuthenticatorFault) -> PageReply {
    guard let handle = request.fields["request"], let (login, version) = try await exchange.find(handle) else {
      return notice(words.over, words)
    }
    let visit = Visit(handle: handle, version: version, login: login, words: words)
    if exchange.world.now() - login.begunAt > StubPages.patience { return try await finish(visit, .error(.nr21)) }
    // A page of another step, sent again with the browser's way back, is no try.
    guard request.isPost, request.fields["step"] == login.progress.step.rawValue else { return page(visit) }
    return try await act(visit, request)
  }

  private func act(_ visit: Visit, _ request: PageRequest) async throws(AuthenticatorFault) -> PageReply {
    switch request.fields["choice"].flatMap(Choice.init) {
    case .cancel: return try await finish(visit, .error(.nr25))
    case .refuse where visit.progress.step == .consent: return try await finish(visit, .error(.nr22))
    case .onward where visit.progress.step == .consent: return try await consent(visit)
    case .onward: return try await move(visit, request)
    case .refuse, nil: return page(visit)
    }
  }

  private func consent(_ visit: Visit) async throws(AuthenticatorFault) -> PageReply {
    guard let assertion = provider.assertion(of: visit.progress) else { return notice(visit.words.over, visit.words) }
    return try await finish(visit, .success(assertion))
  }

  private func move(_ visit: Visit, _ request: PageRequest) async throws(AuthenticatorFault) -> PageReply {
    let answer = visit.answer(request.fields)
    guard let account = visit.progress.user ?? answer["user"], !account.isEmpty else {
      return page(visit, alert: visit.words.malformed)
    }
    let move = try await request.attempts.counted(account) { () async throws(AuthenticatorFault) in
      let move = try await provider.advance(visit.progress, with: answer)
      return (move, move.attempt)
    }
    switch move {
    case .malformed: return page(visit, alert: visit.words.malformed)
    // A lock looks like a wrong secret (rule R9).
    case .wrong, nil: return try await wrong(visit)
    case .next(let progress), .proven(let progress): return try await proceed(visit, to: progress)
    case .refused(let code): return try await finish(visit, .error(code))
    }
  }

  private func wrong(_ visit: Visit) async throws(AuthenticatorFault) -> PageReply {
    let login = visit.login.afterWrongTry
    guard login.wrongTries < StubPages.maximumTries else { return try await finish(visit, .error(.nr19)) }
    // Of several tries at once one counts, and the others learn nothing.
    guard try await exchange.put(login, visit.handle, ifVersion: visit.version) else {
      return notice(visit.words.over, visit.words)
    }
    return page(visit, alert: visit.words.wrong)
  }

  private func proceed(_ visit: Visit, to progress: StubProgress) async throws(AuthenticatorFault) -> PageReply {
    let login = visit.login.moved(to: progress)
    guard try await exchange.end(visit.handle, ifVersion: visit.version), let handle = try await exchange.leave(login)
    else { return notice(visit.words.over, visit.words) }
    return page(Visit(handle: handle, version: 0, login: login, words: visit.words))
  }

  /// Ends the request, and sends the browser back with the response's handle; errors travel like successes.
  private func finish(_ visit: Visit, _ outcome: StubOutcome) async throws(AuthenticatorFault) -> PageReply {
    guard try await exchange.end(visit.handle, ifVersion: visit.version),
      let artifact = try await exchange.answer(visit.login, outcome)
    else { return notice(visit.words.over, visit.words) }
    return .redirect(address.back(visit.login.relayState, artifact: artifact))
  }
}
