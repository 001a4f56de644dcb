public import AccessModel
import BrokerStore
import Foundation
import Sealing

/// A registered client: what it may ask for and how it proves itself.
public struct Client: Sendable, Equatable {
  public enum AuthenticationMethod: String, Sendable, Codable, CaseIterable {
    case clientSecretBasic = "client_secret_basic"
    case clientSecretPost = "client_secret_post"
    case privateKeyJWT = "private_key_jwt"
  }

  public enum Grant: String, Sendable, Codable, CaseIterable {
    case authorizationCode = "authorization_code"
    case refreshToken = "refresh_token"
    case clientCredentials = "client_credentials"
  }

  public let id: String
  public let secret: SealedSecret?
  private let document: ClientDocument

  public var name: String { document.name }
  public var method: AuthenticationMethod { document.method }
  public var grants: Set<Grant> { Set(document.grants) }
  /// The only scopes that it ever gets (rule R1).
  public var scopes: ScopeList { document.scopes }
  /// The resource indicators that it may ask tokens for (RFC 8707).
  public var resources: [String] { document.resources }
  /// Resources whose tokens it may introspect: it is their server.
  public var introspects: [String] { document.introspects }
  /// Whether it may hold the login conversation itself (first-party applications draft).
  public var isFirstParty: Bool { document.isFirstParty }
  /// Whether introspection tells it the fiscal code.
  public var releasesFiscalNumber: Bool { document.releases.contains("fiscal_number") }
  /// The public keys of `private_key_jwt`, a JWKS as JSON.
  public var keySet: String? { document.jwks }

  public init(id: String, document: ClientDocument, secret: SealedSecret? = nil) {
    self.id = id
    self.document = document
    self.secret = secret
  }

  init(_ stored: StoredClient) throws(StoreError) {
    guard let document = try? JSONDecoder().decode(ClientDocument.self, from: Data(stored.document.utf8)) else {
      throw .corrupt("the document of client \(stored.id)")
    }
    self.init(
      id: stored.id, document: document, secret: stored.secret.map { SealedSecret(keyID: $0.keyID, tag: $0.bytes) })
  }
}

/// The HMAC of a generated client secret.
public struct SealedSecret: Sendable, Equatable {
  public let keyID: String
  public let tag: [UInt8]
}

/// What the store keeps about a client, as JSON.
public struct ClientDocument: Sendable, Equatable, Codable {
  public var name: String
  public var method: Client.AuthenticationMethod
  public var grants: [Client.Grant]
  public var scopes: ScopeList
  public var resources: [String]
  public var introspects: [String]
  public var isFirstParty: Bool
  public var releases: [String]
  public var jwks: String?

  public init(
    name: String, method: Client.AuthenticationMethod, grants: [Client.Grant], scopes: ScopeList,
    resources: [String] = [], introspects: [String] = [], isFirstParty: Bool = false, releases: [String] = [],
    jwks: String? = nil
  ) {
    self.name = name
    self.method = method
    self.grants = grants
    self.scopes = scopes
    self.resources = resources
    self.introspects = introspects
    self.isFirstParty = isFirstParty
    self.releases = releases
    self.jwks = jwks
  }
}
