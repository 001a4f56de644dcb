import Foundation

@testable import XMLSecKit

/// A key pair with its certificate, made by `openssl` for this run.
struct TestKey: Sendable {
  let privatePath: String
  let certificatePEM: String
  let publicPEM: String

  init(_ name: String, algorithm: [String], in folder: URL) throws {
    privatePath = folder.appendingPathComponent("\(name).key").path
    _ = try run(
      "openssl",
      ["req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=\(name)", "-keyout", privatePath, "-newkey"] + algorithm
        + ["-out", privatePath + ".crt"])
    certificatePEM = try String(contentsOfFile: privatePath + ".crt", encoding: .utf8)
    publicPEM = try run("openssl", ["pkey", "-in", privatePath, "-pubout"])
  }

  var signers: [SignerKey] { get throws { try SignerKey.pinned(inPEM: certificatePEM) } }
  var certificateDER: [UInt8] { PEMBlock.parse(certificatePEM)?.first?.der ?? [] }
  var publicDER: [UInt8] { PEMBlock.parse(publicPEM)?.first?.der ?? [] }
}

/// The keys of this test run, in a folder of their own.
enum TestKeys {
  static let folder: URL = {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("varco-xmlsec-\(UUID().uuidString)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(at: TestKeys.folder) }
    return folder
  }()
  static let signer = Result { try TestKey("signer", algorithm: ["rsa:2048"], in: folder) }
  static let stranger = Result { try TestKey("stranger", algorithm: ["rsa:2048"], in: folder) }
  static let small = Result { try TestKey("small", algorithm: ["rsa:1024"], in: folder) }
  static let p256 = Result { try TestKey("p256", algorithm: curve("P-256"), in: folder) }
  static let p384 = Result { try TestKey("p384", algorithm: curve("P-384"), in: folder) }
  static let p224 = Result { try TestKey("p224", algorithm: curve("secp224r1"), in: folder) }
  static let edwards = Result { try TestKey("edwards", algorithm: ["ed25519"], in: folder) }

  private static func curve(_ name: String) -> [String] { ["ec", "-pkeyopt", "ec_paramgen_curve:\(name)"] }
}

struct CommandFailed: Error { let text: String }

/// Runs a program and returns what it printed.
@discardableResult
func run(_ program: String, _ arguments: [String]) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [program] + arguments
  // Files and no pipes: a signal that comes while somebody waits at a pipe ends the whole process.
  let output = TestKeys.folder.appendingPathComponent("\(UUID().uuidString).out")
  _ = FileManager.default.createFile(atPath: output.path, contents: nil)
  let errors = TestKeys.folder.appendingPathComponent("\(UUID().uuidString).err")
  _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = try FileHandle(forWritingTo: output)
  process.standardError = try FileHandle(forWritingTo: errors)
  try process.run()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw CommandFailed(text: (try? String(contentsOf: errors, encoding: .utf8)) ?? "")
  }
  return try String(contentsOf: output, encoding: .utf8)
}
