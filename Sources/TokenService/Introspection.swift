import AccessModel
import BrokerCore
import BrokerStore

/// The answer of the introspection endpoint (RFC 7662 section 2.2).
public struct IntrospectionReply: Sendable, Equatable, Encodable {
  public let active: Bool
  public var scope: String?
  public var clientID: String?
  public var tokenType: String?
  public var exp: Int64?
  public var iat: Int64?
  public var sub: String?
  public var aud: String?
  public var iss: String?
  public var jti: String?
  public var acr: String?
  public var amr: [String]?
  public var authTime: Int64?
  public var fiscalNumber: String?

  enum CodingKeys: String, CodingKey {
    case active, scope, exp, iat, sub, aud, iss, jti, acr, amr
    case clientID = "client_id"
    case tokenType = "token_type"
    case authTime = "auth_time"
    case fiscalNumber = "https://attributes.eid.gov.it/fiscal_number"
  }

  /// Unknown, expired, revoked, or none of the asker's business: nobody can tell which.
  public static let inactive = IntrospectionReply(active: false)
}

/// Token introspection for resource servers.
public struct Introspection: Sendable {
  private let judge: AccessJudge
  private let rules: BrokerRules
  private let issuer: String

  public init(judge: AccessJudge, rules: BrokerRules, issuer: String) {
    self.judge = judge
    self.rules = rules
    self.issuer = issuer
  }

  /// Says what a token is worth now: a scope that freshness or an operator's switch has ended is left out.
  /// - Parameter client: must be the server of the token's audience, or the client that the token was issued to.
  public func answer(_ token: String, for client: Client) async throws(OAuthError) -> IntrospectionReply {
    let reading = try await orUnavailable { () throws(StoreError) in try await judge.read(token) }
    guard let reading, client.introspects.contains(reading.audience) || client.id == reading.clientID else {
      return .inactive
    }
    let resource = rules.catalogue.resource(reading.audience)
    let mayKnow =
      client.releasesFiscalNumber && resource?.releasesFiscalNumber == true
      && client.introspects.contains(reading.audience)
    return IntrospectionReply(
      active: true, scope: judge.scopesInForce(of: reading).description, clientID: reading.clientID,
      tokenType: "Bearer", exp: reading.expiresAt.seconds, iat: reading.issuedAt.seconds, sub: reading.subject,
      aud: reading.audience, iss: issuer, jti: reading.jti, acr: reading.acr,
      amr: reading.amr.isEmpty ? nil : reading.amr, authTime: reading.authTime?.seconds,
      fiscalNumber: mayKnow ? reading.session?.citizen.fiscalCode.rawValue : nil)
  }
}
