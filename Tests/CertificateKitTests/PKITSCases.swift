import Foundation

@testable import CertificateKit

/// One of the 249 cases of NIST PKITS 1.0.1, as `pkits-cases.json` holds them.
struct PKITSCase: Decodable, Sendable {
  let number: String
  let title: String
  let certs: [String]
  let crls: [String]
  let valid: Bool
  let policies: [String]
  let explicitPolicy: Bool
  let inhibitPolicyMapping: Bool
  let inhibitAnyPolicy: Bool
  let tier: String

  var isOptional: Bool { tier.hasPrefix("optional") }

  enum CodingKeys: String, CodingKey {
    case number, title, certs, crls, valid, policies, tier
    case explicitPolicy = "explicit_policy"
    case inhibitPolicyMapping = "inhibit_policy_mapping"
    case inhibitAnyPolicy = "inhibit_any_policy"
  }

  static func all(file: String = #filePath) throws -> [PKITSCase] {
    let path = URL(filePath: file).deletingLastPathComponent().appending(path: "pkits-cases.json")
    return try JSONDecoder().decode([PKITSCase].self, from: Data(contentsOf: path))
  }
}

/// The certificates and lists of PKITS: `VARCO_PKITS` names the folder, or they lie in `.venv` after
/// `python3 -m venv .venv && .venv/bin/pip install cryptography_vectors`, which `make` does.
struct PKITSFolder: Sendable {
  let folder: URL

  static func find(file: String = #filePath) -> PKITSFolder? {
    let fileManager = FileManager.default
    if let named = ProcessInfo.processInfo.environment["VARCO_PKITS"] {
      return fileManager.fileExists(atPath: named + "/certs") ? PKITSFolder(folder: URL(filePath: named)) : nil
    }
    let root = URL(filePath: file).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let libraries = root.appending(path: ".venv/lib")
    let versions = (try? fileManager.contentsOfDirectory(atPath: libraries.path())) ?? []
    return versions.map { libraries.appending(path: "\($0)/site-packages/cryptography_vectors/x509/PKITS_data") }
      .first { fileManager.fileExists(atPath: $0.path() + "/certs") }
      .map(PKITSFolder.init)
  }

  func certificate(_ name: String) throws -> Certificate {
    try Certificate(der: Array(Data(contentsOf: folder.appending(path: "certs/\(name).crt"))))
  }

  func list(_ name: String) throws -> RevocationList {
    try RevocationList(der: Array(Data(contentsOf: folder.appending(path: "crls/\(name).crl"))))
  }
}
