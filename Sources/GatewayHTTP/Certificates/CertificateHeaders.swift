import AuthenticatorKit
import Foundation
import HTTPTypes
import Metrics
import RawStructuredFieldValues
import SwiftASN1

/// Certificates that a proxy hands over in header fields: RFC 9440, or nginx's percent-encoded PEM.
///
/// They count only from configured proxies and only beside the verification state `SUCCESS`; the module validates them
/// again all the same (safety sentence 6).
enum CertificateHeaders {
  /// RFC 9440 section 2.
  static let certificate = HTTPField.Name("Client-Cert") ?? .via
  static let chain = HTTPField.Name("Client-Cert-Chain") ?? .via
  /// nginx's `$ssl_client_escaped_cert` and `$ssl_client_verify`, HAProxy's state put into the same words.
  static let escaped = HTTPField.Name("X-Client-Cert") ?? .via
  static let verification = HTTPField.Name("X-Client-Verify") ?? .via
  static let all = [certificate, chain, escaped, verification]

  /// More than a card with its issuers has, and what a header could hold anyhow.
  static let maximumChain = 10

  /// What a proxy has said.
  enum Reading: Equatable {
    /// Nobody has shown anything, or whoever says so is no configured proxy.
    case none
    case shown(ClientCertificate)
    /// The proxy did not accept the certificate; possession may not even have been proven.
    case refusedByProxy
    case malformed

    var certificate: ClientCertificate? { if case .shown(let certificate) = self { certificate } else { nil } }
  }

  /// Reads what a proxy says.
  /// - Parameter isTrusted: whether the peer is a configured proxy; what anybody else says is dropped and counted.
  static func read(_ fields: HTTPFields, isTrusted: Bool) -> Reading {
    guard isTrusted else {
      dropForeign(fields)
      return .none
    }
    guard fields[values: certificate].count + fields[values: escaped].count > 0 else { return .none }
    guard fields[values: verification] == ["SUCCESS"] else {
      count("unverified")
      return .refusedByProxy
    }
    guard let chain = structured(fields) ?? pem(fields), let shown = ClientCertificate(chain: chain, source: .proxy)
    else {
      count("malformed")
      return .malformed
    }
    return .shown(shown)
  }

  /// Counts certificate headers where nobody may send any; they are read nowhere else, and so count for nothing.
  static func dropForeign(_ fields: HTTPFields) {
    if all.contains(where: { fields[$0] != nil }) { count("untrusted") }
  }

  private static func count(_ reason: String) {
    Counter(label: "varco_certificate_headers_dropped_total", dimensions: [("reason", reason)]).increment()
  }

  /// Two copies of a field are the client's and the proxy's, and nobody can tell which is which.
  private static func single(_ fields: HTTPFields, _ name: HTTPField.Name) -> String? {
    let values = fields[values: name]
    return values.count == 1 ? values[0] : nil
  }

  private static func structured(_ fields: HTTPFields) -> [[UInt8]]? {
    guard fields[escaped] == nil, let text = single(fields, certificate), let leaf = byteSequence(text) else {
      return nil
    }
    guard let rest = single(fields, chain) else { return fields[chain] == nil ? [leaf] : nil }
    var parser = StructuredFieldValueParser(Array(rest.utf8))
    guard let list = try? parser.parseListFieldValue(), list.count < maximumChain else { return nil }
    let others = list.compactMap { entry -> [UInt8]? in
      guard case .item(let item) = entry else { return nil }
      return bytes(item)
    }
    return others.count == list.count ? [leaf] + others : nil
  }

  private static func byteSequence(_ text: String) -> [UInt8]? {
    var parser = StructuredFieldValueParser(Array(text.utf8))
    return (try? parser.parseItemFieldValue()).flatMap(bytes)
  }

  private static func bytes(_ item: Item) -> [UInt8]? {
    guard item.rfc9651Parameters.isEmpty, case .undecodedByteSequence(let text) = item.rfc9651BareItem else {
      return nil
    }
    return Data(base64Encoded: text).flatMap { $0.isEmpty ? nil : Array($0) }
  }

  private static func pem(_ fields: HTTPFields) -> [[UInt8]]? {
    guard fields[certificate] == nil, let text = single(fields, escaped), text.utf8.count <= 16 << 10,
      let decoded = percentDecoded(text), let document = try? PEMDocument(pemString: decoded),
      document.discriminator == "CERTIFICATE"
    else { return nil }
    return [document.derBytes]
  }

  /// nginx escapes everything but letters, digits and a few marks, and a space as `%20`: a `+` is a plus.
  private static func percentDecoded(_ text: String) -> String? {
    FormBody.decoded(text.utf8.flatMap { $0 == UInt8(ascii: "+") ? Array("%2B".utf8) : [$0] })
  }
}
