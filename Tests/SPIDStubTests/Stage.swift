import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Foundation
import SPIDStub
import SPIDStubProvider
import Testing

/// A stub with some identities, all of one password, and ways to log in.
struct Stage {
  static let issuer = "https://varco.example"
  static let password = "prova-prova"
  static let key = Secret("12345678901234567890")

  let bench: ModuleBench
  let attempts: MemoryAttempts
  let module: SPIDStubAuthenticator
  let anna: FiscalCode
  let mario: FiscalCode

  init(_ more: [StubIdentity] = []) throws {
    anna = try FiscalCode("BNCNNA62A71F205V")
    mario = try FiscalCode("RSSMRA85T10H501O")
    bench = try ModuleBench(instance: "spid")
    attempts = MemoryAttempts(clock: bench.clock)
    let people = [
      Stage.identity("anna", anna.rawValue, level: .three), Stage.identity("mario", mario.rawValue, level: .two),
      Stage.identity("luigi", mario.rawValue, level: .one),
    ]
    let path = NSTemporaryDirectory() + "/spid-stub-\(UUID().uuidString).json"
    try StubIdentityFile.write(people + more).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let host = bench.context
    let context = AuthenticatorContext(
      instance: host.instance, issuer: Stage.issuer, credentials: host.credentials, storage: host.storage,
      world: host.world)
    var settings = Settings(scalars: ["identities": path])
    module = try SPIDStubAuthenticator(settings: &settings, context: context)
    try settings.finish()
  }

  static func identity(
    _ user: String, _ number: String?, level: SPIDLevel, answers: SPIDLevel? = nil, error: SPIDErrorCode? = nil
  ) -> StubIdentity {
    var attributes: [SPIDAttribute: String] = [.spidCode: "AGID-001", .name: "Anna", .mobilePhone: "+39 333"]
    if let number { attributes[.fiscalNumber] = number.hasPrefix("TIN") ? number : "TINIT-\(number)" }
    return StubIdentity(
      user: user, password: Secret(password), totp: level > .one ? key : nil, level: level, answers: answers,
      error: error, attributes: attributes)
  }

  var code: String { StubTOTP.code(Stage.key, at: bench.clock.now).utf8Text ?? "" }

  func verified(_ code: FiscalCode, _ level: SPIDLevel) -> AuthenticationStep {
    .verified(VerifiedIdentity(subject: .fiscalCode(code), acr: level.acr))
  }

  /// The answer that a prompt asks for.
  func answer(_ step: AuthenticationStep, _ user: String, _ password: String = Stage.password) -> LoginAnswer? {
    guard case .prompt(let prompt, _) = step else { return nil }
    return switch prompt.id {
    case "spid-stub-password": LoginAnswer(["user": Secret(user), "password": Secret(password)])
    case "spid-stub-code": LoginAnswer(["code": Secret(code)])
    case "spid-stub-confirm": LoginAnswer(["confirmation": Secret("conferMO ")])
    default: nil
    }
  }

  /// A whole login without a browser, rightly answered.
  func converse(_ user: String, _ level: SPIDLevel?, subject: FiscalCode? = nil) async throws -> AuthenticationStep {
    var step = try await begin(level, subject: subject, hasBrowser: false)
    while let answer = answer(step, user), case .prompt(_, let state) = step {
      step = try await module.resume(answer, from: state)
    }
    return step
  }

  func begin(
    _ level: SPIDLevel?, subject: FiscalCode? = nil, hasBrowser: Bool = true, relayState: String = "relay-1"
  ) async throws -> AuthenticationStep {
    try await module.begin(
      LoginRequest(
        purpose: subject == nil ? .firstLogin : .stepUp, subject: subject, relayState: relayState,
        context: level?.context, hasBrowser: hasBrowser))
  }
}

extension Denial {
  var reason: String { rawValue }
}

extension AuthenticationStep {
  var denial: Denial? { if case .denied(let denial) = self { denial } else { nil } }
  var promptID: String? { if case .prompt(let prompt, _) = self { prompt.id } else { nil } }
  var waiting: AuthenticationState? {
    switch self {
    case .prompt(_, let state), .redirect(_, let state): state
    case .verified, .denied: nil
    }
  }
}
