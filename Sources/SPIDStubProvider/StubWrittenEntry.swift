import AuthenticatorKit
import OneTimeCodes

/// One identity as it stands in the file, secrets in clear: nothing of it is real.
struct StubWrittenEntry: Encodable {
  let user: String
  let password: String
  let totp: String?
  let level: Int
  let answers: Int?
  let error: String?
  let provider: String
  let attributes: [String: String]

  init(_ identity: StubIdentity) {
    user = identity.user
    password = identity.password.utf8Text ?? ""
    totp = identity.totp.map { Base32.encode($0.bytes) }
    level = identity.level.rawValue
    answers = identity.answers?.rawValue
    error = identity.error?.rawValue
    provider = identity.provider
    attributes = Dictionary(uniqueKeysWithValues: identity.attributes.map { ($0.key.rawValue, $0.value) })
  }
}
