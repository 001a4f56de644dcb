import AccessModel
public import AuthenticatorKit
import CertificateKit
import Logging
import RevocationService

/// Sends somebody to show the card of the Italian service card (CNS), and judges the certificate that comes back.
///
/// Whoever shows it has proven to hold its key; everything else is judged here: path, profile, revocation (specification
/// sections 3.1 to 3.3). The card's PIN is checked by the card.
public struct CNSAuthenticator: AuthenticatorModule {
  public static let type = "cns"

  public let descriptor = AuthenticatorDescriptor(
    role: .primary, assurance: .high, amr: ["sc", "mfa"], ceiling: .dispositive, judgesCertificates: true)

  public let warnings: [String]

  private let address: String
  private let judge: CNSJudge
  private let world: World

  public init(settings: inout Settings, context: AuthenticatorContext) throws(ConfigurationError) {
    let read = try CNSSettings(&settings)
    address = read.address
    warnings = read.warnings(issuer: context.issuer)
    judge = CNSJudge(read, world: context.world, logger: Logger(label: "varco.\(context.instance)"))
    world = context.world
  }

  public var background: (any BackgroundWork)? { CNSBackground(judge: judge) }

  /// Reads the revocation lists that are due now; what ``background`` does by itself.
  public func refresh() async { await judge.refresh() }

  public func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    .redirect(
      Redirect(url: "\(address)?relay_state=\(login.relayState)"),
      AuthenticationState(bytes: Array((login.subject?.rawValue ?? CNSAuthenticator.anybody).utf8)))
  }

  public func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard let shown = answer.certificate else { return .denied(CNSRefusal.missing) }
    let expected = String(decoding: state.bytes, as: UTF8.self)
    switch try await judge.judge(shown.chain, at: world.now().seconds) {
    case .refused(let denial): return .denied(denial)
    case .accepted(let subject, let isKnownGood):
      guard expected == CNSAuthenticator.anybody || expected == subject.fiscalCode.rawValue else {
        return .denied(CNSRefusal.anotherPerson)
      }
      return .verified(
        VerifiedIdentity(
          subject: .fiscalCode(subject.fiscalCode), right: isKnownGood ? nil : .consultation,
          level: isKnownGood ? nil : .low))
    }
  }

  /// The state of a login that may be anybody's.
  private static let anybody = "*"
}
