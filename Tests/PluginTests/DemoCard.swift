import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import CNS
import CertificateKit
import Foundation

/// A card of the demo PKI, which `certs/make-demo-pki.sh` makes once for all tests of a run.
struct DemoCard {
  let name: String

  /// DER, the leaf first.
  func chain() throws -> [[UInt8]] {
    let data = try Data(contentsOf: try DemoCard.folder.get().appending(path: "cards/\(name)/chain.pem"))
    return try CertificateFile.read(Array(data)).map(\.der)
  }

  func leaf() throws -> Certificate { try Certificate(der: try chain()[0]) }

  func subject() throws -> FiscalCode {
    guard let subject = CNSSubject(try leaf().subjectAttributes) else { throw Missing("\(name) names nobody") }
    return subject.fiscalCode
  }

  func answer() throws -> LoginAnswer {
    LoginAnswer([:], certificate: ClientCertificate(chain: try chain(), source: .tls))
  }

  struct Missing: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  static let names = [
    "good", "good-ca2", "revoked", "expired", "not-yet-valid", "wrong-policy", "no-client-auth", "signature",
    "weak-key", "sha1", "wrong-check-character", "two-names", "impostor", "unknown-revocation", "equivalent-policy",
  ]

  /// Where the demo PKI is; lazily made, and left to the system's temporary folder.
  static let folder: Result<URL, any Error> = Result {
    let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL
    let folder = FileManager.default.temporaryDirectory.appending(path: "varco-cards-\(UUID().uuidString)")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "bash", root.appending(path: "certs/make-demo-pki.sh").path, folder.path, "--days", "30", "--only",
      names.joined(separator: ","),
    ]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Missing("certs/make-demo-pki.sh failed") }
    return folder
  }
}

extension Settings {
  /// The settings of a cns instance with the demo PKI's authorities.
  static func cns(
    _ revocation: KeyValuePairs<String, String> = [:], lists: [String] = ["root", "ca1", "ca2"],
    policies: [String] = [], address: String = "https://cards.test/cns"
  ) throws -> Settings {
    let folder = try DemoCard.folder.get().path
    func scalar(_ key: String, _ text: String) -> Entry { Entry(key: key, line: 1, value: .scalar(text, line: 1)) }
    func list(_ key: String, _ texts: [String]) -> Entry {
      Entry(key: key, line: 1, value: .list(texts.map { .scalar($0, line: 1) }, line: 1))
    }
    let inner =
      [list("crl_files", lists.map { "\(folder)/crls/\($0).crl" }), scalar("ocsp", "false"), scalar("learn", "false")]
      + revocation.map { scalar($0.key, $0.value) }
    var entries = [
      scalar("address", address), scalar("anchors", "\(folder)/anchors"),
      scalar("intermediates", "\(folder)/intermediates"),
      Entry(key: "revocation", line: 2, value: .map(inner, line: 2)),
    ]
    if !policies.isEmpty { entries.append(list("policies", policies)) }
    return Settings(path: "settings", entries: entries)
  }
}
