import AccessModel
import AuthenticatorKit
import BrokerStore
import CitizenImport
import Foundation
import Sealing

/// The demo's folder: throw-away keys, a throw-away PKI, a configuration that can be read and copied from.
struct DemoFolder: Sendable {
  static let portal = "https://portale.demo.example"
  static let registry = "https://anagrafe.demo.example"
  let path: String
  let port: Int
  let freshnessSeconds: Int
  /// Who can log in through the pretended SPID provider.
  let accounts: [DemoSPID.Account]

  var issuer: String { "https://localhost:\(port)" }
  var authorityPath: String { "\(path)/ca.pem" }

  /// - Parameter people: whom cards and test identities are made out to.
  init(_ folder: String?, port: Int, freshness: Int, for people: [GeneratedCitizen]) throws(StartError) {
    let path = folder ?? "\(NSTemporaryDirectory())/varco-demo-\(ProcessInfo.processInfo.processIdentifier)"
    self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    self.port = port
    freshnessSeconds = freshness
    guard !FileManager.default.fileExists(atPath: path) else {
      throw .refused("\(path) exists already; the demo makes its own folder")
    }
    do {
      try FileManager.default.createDirectory(
        atPath: self.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw .file(path: path, "the folder cannot be made")
    }
    let codes = people.map(\.fiscalCode)
    accounts = try DemoSPID.write(
      to: "\(self.path)/spid-identities.json", for: codes, attributes: DemoSPID.attributes(of: people))
    try fill(codes)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  func configuration() throws(StartError) -> BrokerConfiguration {
    try .load(path: "\(path)/varco.yaml", environment: [:])
  }

  private func fill(_ codes: [FiscalCode]) throws(StartError) {
    for name in ["kek", "pepper"] {
      do {
        let ring = try KeyRing([(KeyChest.newID(.system), Secret(World.system.random(32)))])
        try KeyFileWriter.write(ring, to: "\(path)/\(name).keys")
      } catch {
        throw error as? StartError ?? .opening("\(error)")
      }
    }
    do {
      let pki = try DemoPKI.make()
      for (name, text) in [("ca.pem", pki.authority), ("server.pem", pki.certificate), ("server.key", pki.key)] {
        try write(text, to: name)
      }
      try issueCards(to: codes)
      try write(yaml, to: "varco.yaml")
      try write(String(decoding: PackageResources.demo_catalogue_yaml, as: UTF8.self), to: "catalogue.yaml")
    } catch {
      throw error as? StartError ?? .opening("the demo's PKI cannot be made: \(error)")
    }
  }

  /// The anchor in a folder of its own, because everything in that is trusted.
  private func issueCards(to codes: [FiscalCode]) throws {
    let cards = try DemoCards.make(codes)
    try FileManager.default.createDirectory(atPath: "\(path)/anchors", withIntermediateDirectories: false)
    try write(cards.authority, to: "anchors/cns-ca.pem")
    try write(Data(cards.revocationList), to: "cns-ca.crl")
    for (name, card) in [("card", cards.good), ("revoked-card", cards.revoked)] {
      try write(card.certificate, to: "\(name).pem")
      try write(card.key, to: "\(name).key")
    }
  }

  private func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  private func write(_ data: Data, to name: String) throws {
    guard
      FileManager.default.createFile(
        atPath: "\(path)/\(name)", contents: data, attributes: [.posixPermissions: 0o600])
    else { throw StartError.file(path: "\(path)/\(name)", "cannot be written") }
  }

  private var yaml: String {
    """
    # The demo's configuration. Not for real use: see docs/operations.md.
    environment: demo
    issuer: \(issuer)
    listen:
      host: 127.0.0.1
      port: \(port)
      tls:
        certificate: \(path)/server.pem
        key: \(path)/server.key
    certificate_listen:
      host: 127.0.0.1
      port: \(port + 3)
      tls:
        certificate: \(path)/server.pem
        key: \(path)/server.key
    admin:
      port: \(port + 2)
    store:
      sqlite: \(path)/varco.sqlite
    keys:
      key_encryption_file: \(path)/kek.keys
      pepper_file: \(path)/pepper.keys
    audit:
      checkpoint: \(path)/audit-checkpoints.jsonl
    proxies: [127.0.0.1]
    authenticators:
      - id: pin-ordinario
        type: pin-ordinario
      - id: pin-dispositivo
        type: pin-dispositivo
        freshness: \(freshnessSeconds)s
      - id: cns
        type: cns
        freshness: \(freshnessSeconds)s
        settings:
          address: https://localhost:\(port + 3)/cns
          anchors: \(path)/anchors
          revocation:
            crl_files: [\(path)/cns-ca.crl]
            ocsp: false
      # What a level is worth is the module's to say: SPID 1 consults, 2 and 3 dispose.
      - id: spid
        type: spid-stub
        freshness: \(freshnessSeconds)s
        settings:
          identities: \(path)/spid-identities.json
      - id: totp
        type: totp
        enabled: false

    """
  }
}
