import AccessModel
import ArgumentParser
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Foundation
import TokenService

struct ClientCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client", abstract: "The clients that may ask for tokens.",
    subcommands: [Add.self, List.self, Remove.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Register a client; its secret is shown once.",
      discussion: """
        A client gets only the scopes named here, for the resources named here. A scope is of a service or an operation \
        that the catalogue in force has (consultazione:estratto-conto), or one of openid, profile, email and \
        offline_access, or an API's own, which has a dot and no colon (reports.read).
        """)
    @Argument(help: "The client id.") var id: String
    @Option(help: "A name that people recognise.") var name: String?
    @Option(help: "client_secret_basic, client_secret_post or private_key_jwt.") var auth = "client_secret_basic"
    @Option(help: "A grant; repeat for several.") var grant: [String] = ["authorization_code", "refresh_token"]
    @Option(help: "A scope; repeat for several.") var scope: [String] = []
    @Option(help: "A resource that it may ask tokens for; repeat for several.") var resource: [String] = []
    @Option(help: "A resource whose tokens it may introspect; repeat for several.") var introspect: [String] = []
    @Option(help: "A JWKS file with its public keys, for private_key_jwt.") var jwks: String?
    @Flag(help: "It may hold the login conversation itself (/oauth2/authorize-challenge).") var firstParty = false
    @Flag(help: "Introspection tells it the fiscal code.") var releaseFiscalNumber = false
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions
    @OptionGroup var list: ListOptions

    private struct View: Encodable {
      let id: String
      let secret: String?
    }

    func run() async throws {
      let document = try document()
      let installation = try await options.open()
      let known = try await installation.catalogue().resources.map(\.id)
      for id in resource + introspect where !known.contains(id) {
        throw StartError.refused("the catalogue has no resource \(id); apply it first with `varco service apply`")
      }
      try refuseUnknownScopes(document.scopes, try await installation.catalogue())
      let secret = try await answering {
        do { return try await installation.registry.add(id: id, document, by: staff.actor) } catch StoreError.conflict {
          throw StartError.refused("client \(id) exists already; choose another id")
        }
      }
      await installation.close()
      if list.json { return try Console.json(View(id: id, secret: secret?.utf8Text)) }
      Console.print("client \(id) added")
      if let secret { Console.print("secret, shown this once: \(secret.utf8Text ?? "")") }
    }

    private func refuseUnknownScopes(_ scopes: ScopeList, _ catalogue: ServiceCatalogue) throws(StartError) {
      for scope in scopes.scopes {
        switch scope {
        case .service(let scope):
          let service = catalogue.services[scope.service]
          let hasOperation = scope.operation.map { id in service?.operations.contains { $0.id == id } == true } ?? true
          guard service != nil, hasOperation else {
            throw .refused(
              "the catalogue has nothing for the scope \(scope); apply it first with `varco service apply`")
          }
        case .plain(let text):
          let isOfAnAPI = text.contains(".") && !text.contains(":")
          guard isOfAnAPI || ["openid", "profile", "email", "offline_access"].contains(text) else {
            throw .refused("there is no scope \(text); see `varco client add --help`")
          }
        }
      }
    }

    private func document() throws(StartError) -> ClientDocument {
      guard id.range(of: "^[A-Za-z0-9._-]{1,128}$", options: .regularExpression) != nil else {
        throw .usage("a client id has letters, digits, dots, hyphens and underscores, 128 at most")
      }
      guard let method = Client.AuthenticationMethod(rawValue: auth) else {
        throw .usage("--auth is client_secret_basic, client_secret_post or private_key_jwt")
      }
      let grants = grant.compactMap(Client.Grant.init(rawValue:))
      guard grants.count == grant.count else {
        throw .usage("--grant is authorization_code, refresh_token or client_credentials")
      }
      guard !scope.contains(where: { $0.contains(" ") || $0.isEmpty }),
        let scopes = ScopeList(parsing: scope.joined(separator: " "))
      else {
        throw .usage("a --scope is malformed; it looks like consultazione:estratto-conto")
      }
      return ClientDocument(
        name: name ?? id, method: method, grants: grants, scopes: scopes, resources: resource, introspects: introspect,
        isFirstParty: firstParty, releases: releaseFiscalNumber ? ["fiscal_number"] : [], jwks: try keySet(method))
    }

    private func keySet(_ method: Client.AuthenticationMethod) throws(StartError) -> String? {
      guard method == .privateKeyJWT else { return nil }
      guard let jwks else { throw .usage("private_key_jwt needs --jwks FILE with the client's public keys") }
      guard let text = try? String(contentsOfFile: jwks, encoding: .utf8) else {
        throw .file(path: jwks, "cannot be read")
      }
      guard ClientRegistry.isPublicKeySet(text) else {
        throw .file(path: jwks, "is no JWKS of public keys with a kid each; it must not hold private ones")
      }
      return text
    }
  }
}
