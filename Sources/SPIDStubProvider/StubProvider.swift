import AccessModel
public import AuthenticatorKit

/// A pretended identity provider: it knows who its people are and how they prove it. It keeps no sessions, so every
/// login asks for everything anew (specification sections 4.4 and 7.3 demand it from level 2 on).
public struct StubProvider: Sendable {
  let people: [String: StubIdentity]
  let storage: any ModuleStorage
  let world: World
  /// Compared with where nobody has the name, so that both cases do the same.
  private let nobodysPassword: Secret

  /// - Parameter identities: no two of one name.
  public init(_ identities: [StubIdentity], context: AuthenticatorContext) {
    people = Dictionary(identities.map { ($0.user, $0) }) { first, _ in first }
    storage = context.storage
    world = context.world
    nobodysPassword = Secret(context.world.random(32))
  }

  /// Judges the answer to the step that somebody has come to.
  public func advance(
    _ progress: StubProgress, with answer: LoginAnswer
  ) async throws(AuthenticatorFault) -> StubMove {
    switch progress.step {
    case .password: return passwordMove(progress, answer)
    case .code: return try await codeMove(progress, answer)
    case .confirmation:
      guard let identity = identity(of: progress) else { return .wrong }
      return StubProvider.isConfirmed(answer) ? after(progress, identity) : .malformed
    case .consent: return .wrong
    }
  }

  /// What the provider says of somebody who has proven everything; nil before that.
  public func assertion(of progress: StubProgress) -> StubAssertion? {
    progress.step == .consent ? identity(of: progress)?.assertion(progress.asked) : nil
  }

  /// Whose password was right, and who can still succeed.
  func identity(of progress: StubProgress) -> StubIdentity? {
    guard let identity = progress.user.flatMap({ people[$0] }), identity.refusal(progress.asked) == nil else {
      return nil
    }
    return identity
  }

  private func passwordMove(_ progress: StubProgress, _ answer: LoginAnswer) -> StubMove {
    guard progress.user == nil, let user = answer["user"], !user.isEmpty, let password = answer.secret("password"),
      !password.isEmpty
    else { return .malformed }
    let identity = people[user]
    guard password == identity?.password ?? nobodysPassword, let identity else { return .wrong }
    if let error = identity.refusal(progress.asked) { return .refused(error) }
    return after(progress, identity)
  }

  private func codeMove(
    _ progress: StubProgress, _ answer: LoginAnswer
  ) async throws(AuthenticatorFault) -> StubMove {
    guard let identity = identity(of: progress) else { return .wrong }
    guard let code = StubTOTP.digits(answer.secret("code")) else { return .malformed }
    return try await spend(code, of: identity) ? after(progress, identity) : .wrong
  }

  private func after(_ progress: StubProgress, _ identity: StubIdentity) -> StubMove {
    if let next = progress.next(identity.performed(progress.asked), user: identity.user) { return .next(next) }
    return .proven(progress.consent(of: identity.user))
  }

  /// Uses a code up: of two logins with one code the first write wins (RFC 6238 section 5.2).
  private func spend(_ code: Secret, of identity: StubIdentity) async throws(AuthenticatorFault) -> Bool {
    guard let key = identity.totp else { return false }
    let name = StubHandle.key("code", identity.user)
    let item = try await storage.get(name)
    let last = item.flatMap { Int64(String(decoding: $0.value, as: UTF8.self)) } ?? -1
    guard let step = StubTOTP.step(of: code, key: key, at: world.now(), after: last) else { return false }
    return try await storage.put(name, Array(String(step).utf8), ifVersion: item?.version, expiresAt: nil)
  }

  /// The word to type, or the button of the page.
  private static func isConfirmed(_ answer: LoginAnswer) -> Bool {
    guard let word = answer["confirmation"], word.utf8.count <= 64 else { return false }
    return ["CONFERMO", "CONFIRM"].contains(word.uppercased().filter { !$0.isWhitespace })
  }
}
