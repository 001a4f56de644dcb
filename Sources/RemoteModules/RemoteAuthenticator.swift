import AccessModel
public import AuthenticatorKit
import Foundation
import ModuleWire

/// A module in another process, as one more authenticator: asks it on a Unix socket, and believes as little as it can.
///
/// The configuration pins what a login is worth; what the module says may be less. Every fault of the module is a fault of
/// this login and nothing else (safety sentence 8). The process is started and stopped by somebody else.
public struct RemoteAuthenticator: AuthenticatorModule {
  public static let type = "remote"

  public let descriptor: AuthenticatorDescriptor
  public let warnings: [String]
  private let line: ModuleLine

  public init(settings: inout Settings, context: AuthenticatorContext) throws(ConfigurationError) {
    self.init(line: ModuleLine(try RemoteSettings(&settings), context))
  }

  init(line: ModuleLine) {
    self.line = line
    descriptor = AuthenticatorDescriptor(
      role: line.settings.role, assurance: line.context.level, amr: line.settings.amr, ceiling: line.context.ceiling)
    warnings =
      line.settings.mayExplain
      ? ["may_explain: the module's own words reach the person, and can tell an unknown name from a wrong secret"] : []
  }

  public var health: (any AuthenticatorHealth)? { RemoteHealth(line: line) }
  public var background: (any BackgroundWork)? { RemoteRetry(line: line) }

  public func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    let message = WireBegin(
      call: newCall(), instance: line.context.instance, issuer: line.context.issuer, login,
      subject: named(login.subject))
    let reading = try await line.begin(message)
    if case .verified = reading { return lie("begin verified somebody who had shown nothing") }
    return step(reading, about: login.subject)
  }

  public func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard let state = RemoteState(state) else { return .denied(.badCredentials) }
    let message = WireResume(
      call: newCall(), instance: line.context.instance, issuer: line.context.issuer, answer, state: state.memory)
    let reading = try await line.resume(message)
    return step(reading, about: state.subject)
  }

  private func newCall() -> String { Data(line.context.world.random(12)).base64EncodedString() }

  /// As whom the module may know the citizen; a primary module, which asks for itself, need not know anybody.
  private func named(_ subject: FiscalCode?) -> WireSubject? {
    guard let subject else { return nil }
    if line.settings.learnsFiscalCode { return .fiscalCode(subject.rawValue) }
    return descriptor.role == .secondFactor ? .pseudonym(line.context.storage.pseudonym(of: subject)) : nil
  }

  private func step(_ reading: WireStep.Reading, about subject: FiscalCode?) -> AuthenticationStep {
    switch reading {
    case .prompt(let prompt, let memory):
      return .prompt(prompt, RemoteState(subject: subject, memory: memory).sealable)
    case .redirect(let redirect, let memory):
      guard mayRedirect(to: redirect.url) else { return lie("a redirect to where redirects_to does not lead") }
      return .redirect(redirect, RemoteState(subject: subject, memory: memory).sealable)
    case .verified(let name, let right, let level):
      guard (right ?? .consultation) <= descriptor.ceiling, (level ?? .none) <= descriptor.assurance else {
        return lie("a login worth more than the configuration pins")
      }
      guard let verified = verified(name, about: subject) else { return lie("a subject that it was not given") }
      return .verified(VerifiedIdentity(subject: verified, right: right, level: level))
    case .denied(let denial): return .denied(tellable(denial))
    }
  }

  private func verified(_ name: WireSubject, about subject: FiscalCode?) -> VerifiedIdentity.Subject? {
    switch name {
    case .local(let name): return .local(name)
    case .fiscalCode(let text): return (try? FiscalCode(text)).map { .fiscalCode($0) }
    case .pseudonym(let name):
      guard let subject, line.context.storage.pseudonym(of: subject) == name else { return nil }
      return .fiscalCode(subject)
    }
  }

  /// Origin by origin, followed by a path or a query: no prefix of a longer host name.
  private func mayRedirect(to url: String) -> Bool {
    guard descriptor.role == .primary else { return false }
    return line.settings.redirectsTo.contains { url == $0 || url.hasPrefix("\($0)/") || url.hasPrefix("\($0)?") }
  }

  /// What the module would tell the person; nothing, unless the operator trusts it to know what may be told (rule R9).
  private func tellable(_ denial: Denial) -> Denial {
    if line.settings.mayExplain || !denial.isRevealable || denial == .cancelled { return denial }
    return descriptor.role == .secondFactor && denial == .notEnrolled ? denial : .badCredentials
  }

  private func lie(_ reason: String) -> AuthenticationStep {
    line.lied(reason)
    return .denied(.notAllowed)
  }
}
