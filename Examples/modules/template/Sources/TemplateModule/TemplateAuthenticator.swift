import AccessModel
public import AuthenticatorKit
import Crypto
import CryptoExtras
import Foundation

/// Asks for a name and a watchword. Put your own question and your own proof in their place; the conversation stays.
public struct TemplateAuthenticator: AuthenticatorModule {
  public static let type = "template"

  public let descriptor = AuthenticatorDescriptor(
    role: .primary, assurance: .low, amr: ["kba"], ceiling: .consultation)

  /// Salt and scrypt hash of each watchword. Anna says "a lantern in the fog", Bruno "seven red herons".
  private static let people = [
    "anna": ("0255682aacaf10cae68ec0ce79ae70f5", "8416ad21ab06c325168e0a501863a8d8feee0e5dbb51e9b72f08497ce17bdadb"),
    "bruno": ("f315ebe50baef93579d3169eda61ed25", "0dd19743121e5e6dea4fdc6b2a38720fcabe69935f6fff1a5be5d1de93ffd6fe"),
  ]
  private static let nobody = (String(repeating: "0", count: 32), String(repeating: "0", count: 64))

  /// What the host gives back with the answer. Here there is nothing to know again, only that it was us who asked.
  private static let asked = AuthenticationState(bytes: Array("asked".utf8))

  public init(settings: inout Settings, context: AuthenticatorContext) throws(ConfigurationError) {}

  public func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    let name = PromptField("account", label: "Name", kind: .account)
    let watchword = PromptField("watchword", label: "Watchword", kind: .secret)
    return .prompt(
      Prompt(id: "watchword", message: "Say who you are, and the watchword.", fields: [name, watchword]),
      TemplateAuthenticator.asked)
  }

  public func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard state == TemplateAuthenticator.asked, let name = answer["account"],
      let watchword = answer.secret("watchword"), try matches(name, watchword)
    else { return .denied(.badCredentials) }
    return .verified(VerifiedIdentity(subject: .local(name)))
  }

  /// Whether the watchword is that person's; a name that nobody has costs as much.
  private func matches(_ name: String, _ watchword: Secret) throws(AuthenticatorFault) -> Bool {
    let known = TemplateAuthenticator.people[name]
    let (salt, hash) = known ?? TemplateAuthenticator.nobody
    let said = try? KDF.Scrypt.deriveKey(
      from: Data(watchword.bytes), salt: TemplateAuthenticator.bytes(salt), outputByteCount: 32, rounds: 1 << 14,
      blockSize: 8, parallelism: 1)
    guard let said else { throw .unavailable("scrypt has no memory") }
    return said == SymmetricKey(data: TemplateAuthenticator.bytes(hash)) && known != nil
  }

  private static func bytes(_ hex: String) -> [UInt8] {
    stride(from: 0, to: hex.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
  }
}
