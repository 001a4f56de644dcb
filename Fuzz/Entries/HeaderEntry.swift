import AuthenticatorKit
import Foundation
import HTTPTypes

@testable import GatewayHTTP

/// From header fields to a certificate, and from a form's text to its parameters.
public struct HeaderEntry: Sendable {
  private static let optionCount = 1

  public init() {}

  /// - Returns: the promise that was broken; nil if all were kept.
  public func brokenPromise(_ bytes: [UInt8]) -> String? {
    let input = FuzzInput(bytes, options: Self.optionCount)
    var fields = HTTPFields()
    for part in input.parts {
      fields.append(HTTPField(name: Self.name(part.kind), value: String(decoding: part.bytes, as: UTF8.self)))
      if let broken = FormPromises(bytes: part.bytes).broken { return broken }
    }
    return headerPromise(fields, isTrusted: input.isSet(0, of: 0))
  }

  private static func name(_ kind: UInt8) -> HTTPField.Name {
    kind % 5 < 4 ? CertificateHeaders.all[Int(kind % 5)] : .userAgent
  }

  private func headerPromise(_ fields: HTTPFields, isTrusted: Bool) -> String? {
    guard CertificateHeaders.read(fields, isTrusted: false) == .none else { return "somebody was believed" }
    guard let found = CertificateHeaders.read(fields, isTrusted: isTrusted).certificate else { return nil }
    guard isTrusted, found.source == .proxy else { return "somebody was believed who is no proxy" }
    guard fields[values: CertificateHeaders.verification] == ["SUCCESS"] else { return "a state that is not SUCCESS" }
    guard (1...CertificateHeaders.maximumChain).contains(found.chain.count), !found.chain.contains([]) else {
      return "a chain that is empty, too long, or has empty certificates"
    }
    let forms = [CertificateHeaders.certificate, CertificateHeaders.escaped].map { fields[values: $0].count }
    guard forms == [1, 0] || forms == [0, 1] else { return "a certificate from more than one field" }
    return repetitionPromise(found)
  }

  /// What was read is read again when it is written in the plainest way.
  private func repetitionPromise(_ found: ClientCertificate) -> String? {
    let items = found.chain.map { ":\(Data($0).base64EncodedString()):" }
    var fields = HTTPFields()
    fields[CertificateHeaders.verification] = "SUCCESS"
    fields[CertificateHeaders.certificate] = items[0]
    if items.count > 1 { fields[CertificateHeaders.chain] = items.dropFirst().joined(separator: ", ") }
    guard CertificateHeaders.read(fields, isTrusted: true) == .shown(found) else {
      return "another certificate the second time"
    }
    guard items.count == 1, found.chain[0].count < 4000 else { return nil }
    let lines = Data(found.chain[0]).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    let pem = "-----BEGIN CERTIFICATE-----\n\(lines)\n-----END CERTIFICATE-----\n"
    fields[CertificateHeaders.certificate] = nil
    fields[CertificateHeaders.escaped] = FormPromises.escaped(Array(pem.utf8))
    return CertificateHeaders.read(fields, isTrusted: true) == .shown(found)
      ? nil : "another certificate in the other form"
  }
}
