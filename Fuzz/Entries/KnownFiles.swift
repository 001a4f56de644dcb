import CertificateKit
import Foundation

/// The public half of a throw-away PKI, which is what the fuzzers' inputs are validated against. Its private keys are
/// gone: what is not in here cannot have been signed by it.
public struct KnownFiles: Sendable {
  /// What is true of a certificate, as OpenSSL and the PKI's maker say, not as CertificateKit reads it.
  struct Facts: Sendable {
    let notBefore: Int64
    let notAfter: Int64
    let words: Set<String>
  }

  /// The time at which the PKI was made, in seconds since 1970.
  let time: Int64
  /// By their names.
  let certificates: [[UInt8]]
  let lists: [[UInt8]]
  let answers: [[UInt8]]
  let facts: [[UInt8]: Facts]
  let trust: TrustStore
  let anchorsAlone: TrustStore

  /// - Parameter folder: what `seeds.sh` has made.
  public init(folder: String) throws {
    certificates = try Self.files(in: folder + "/certificates").map(\.bytes)
    lists = try Self.files(in: folder + "/lists").map(\.bytes)
    answers = try Self.files(in: folder + "/answers").map(\.bytes)
    let lines = try String(contentsOfFile: folder + "/facts.txt", encoding: .utf8).split(separator: "\n")
    time = lines.first.flatMap { Int64($0) } ?? 0
    facts = try Self.facts(lines.dropFirst(), folder)
    let anchors = try Self.read(facts, "anchor")
    trust = TrustStore(anchors: anchors, intermediates: try Self.read(facts, "authority"))
    anchorsAlone = TrustStore(anchors: anchors)
  }

  private static func files(in folder: String) throws -> [(name: String, bytes: [UInt8])] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
      (name, Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))))
    }
  }

  /// Lines of `name notBefore notAfter word…`.
  private static func facts(_ lines: ArraySlice<Substring>, _ folder: String) throws -> [[UInt8]: Facts] {
    var found: [[UInt8]: Facts] = [:]
    for line in lines {
      let fields = line.split(separator: " ")
      guard fields.count >= 3, let notBefore = Int64(fields[1]), let notAfter = Int64(fields[2]) else { continue }
      let file = URL(fileURLWithPath: "\(folder)/certificates/\(fields[0]).der")
      let words = Set(fields.dropFirst(3).map(String.init))
      found[Array(try Data(contentsOf: file))] = Facts(notBefore: notBefore, notAfter: notAfter, words: words)
    }
    return found
  }

  private static func read(_ facts: [[UInt8]: Facts], _ word: String) throws -> [Certificate] {
    try facts.filter { $0.value.words.contains(word) }.keys.sorted { $0.lexicographicallyPrecedes($1) }
      .map { try Certificate(der: $0) }
  }
}
