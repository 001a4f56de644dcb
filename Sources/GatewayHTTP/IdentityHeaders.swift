import AccessModel
import BrokerCore
import BrokerStore
import HTTPTypes
import TokenService

/// The identity headers of forward-auth: the whole family in every 200, empty where unset, so that a proxy that copies
/// them overwrites whatever the client has sent.
public struct IdentityHeaders: Sendable {
  /// The names after the prefix, in the order in which the documentation lists them.
  public static let suffixes = [
    "Subject", "Scope", "Right", "Acr", "Amr", "Auth-Time", "Client", "Expires", "Fiscal-Number", "Actor",
  ]
  private let names: [HTTPField.Name]

  /// The family with the prefix `X-Varco-`.
  public static let usual = IdentityHeaders(names: suffixes.compactMap { HTTPField.Name("X-Varco-" + $0) })

  private init(names: [HTTPField.Name]) { self.names = names }

  /// - Parameter prefix: such as `X-Varco-`.
  /// - Returns: nil if it makes no header names.
  public init?(prefix: String) {
    let names = IdentityHeaders.suffixes.compactMap { HTTPField.Name(prefix + $0) }
    guard names.count == IdentityHeaders.suffixes.count else { return nil }
    self.names = names
  }

  func fields(
    _ reading: TokenReading, demand: ServiceScope, scopes: ScopeList, resource: ServiceCatalogue.Resource
  ) -> HTTPFields {
    let values = [
      reading.subject, scopes.description, demand.right.scopePrefix, reading.acr ?? "",
      reading.amr.joined(separator: " "), reading.authTime.map { String($0.seconds) } ?? "", reading.clientID,
      String(reading.expiresAt.seconds),
      resource.releasesFiscalNumber ? reading.session?.citizen.fiscalCode.rawValue ?? "" : "", "",
    ]
    var fields = HTTPFields()
    for (name, value) in zip(names, values) { fields.append(HTTPField(name: name, value: value)) }
    fields[.cacheControl] = "no-store"
    return fields
  }
}
