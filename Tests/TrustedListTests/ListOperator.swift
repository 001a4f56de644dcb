import Foundation
import XMLSecKit

/// Who publishes a list: signs with a key made for this run and the `xmlsec1` program.
struct ListOperator: Sendable {
  static let folder: URL = {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("varco-list-\(UUID().uuidString)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(at: ListOperator.folder) }
    return folder
  }()
  static let italian = Result { try ListOperator("operator") }
  static let stranger = Result { try ListOperator("stranger") }

  private let keyPath: String
  let certificatePEM: String

  init(_ name: String) throws {
    keyPath = Self.folder.appendingPathComponent("\(name).key").path
    try Self.run(
      "openssl",
      [
        "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "30", "-subj", "/CN=\(name)", "-keyout", keyPath,
        "-out", keyPath + ".crt",
      ])
    certificatePEM = try String(contentsOfFile: keyPath + ".crt", encoding: .utf8)
  }

  var signers: [SignerKey] { get throws { try SignerKey.pinned(inPEM: certificatePEM) } }
  var certificate: [UInt8] { PEMBlock.parse(certificatePEM)?.first?.der ?? [] }

  func sign(_ list: String) throws -> [UInt8] {
    let input = Self.folder.appendingPathComponent("\(UUID().uuidString).xml")
    let output = Self.folder.appendingPathComponent("\(UUID().uuidString).xml")
    try list.write(to: input, atomically: false, encoding: .utf8)
    try Self.run(
      "xmlsec1",
      [
        "--sign", "--privkey-pem", "\(keyPath),\(keyPath).crt",
        "--id-attr:Id", "http://uri.etsi.org/02231/v2#:TrustServiceStatusList",
        "--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties", "--output", output.path, input.path,
      ])
    return Array(try Data(contentsOf: output))
  }

  private static func run(_ program: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ProgramFailed(program: program) }
  }
}

struct ProgramFailed: Error { let program: String }
