import Foundation
import Testing

/// What fuzzing has found so far keeps every promise, without the fuzzer too. `make fuzz` makes the corpus.
@Suite struct ReplayTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fuzz")

  private static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: path)))
  }

  private static func corpus(_ name: String) throws -> [(name: String, bytes: [UInt8])] {
    try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "corpus/\(name)").path()).sorted()
      .map { ($0, try bytes("corpus/\(name)/\($0)")) }
  }

  private static func certificateEntry() throws -> CertificateEntry {
    CertificateEntry(known: try KnownFiles(folder: folder.appending(path: "known").path()))
  }

  @Test(arguments: ["certificates", "forgeries"])
  func everyCertificateInputKeepsThePromises(corpus: String) throws {
    let entry = try Self.certificateEntry()
    let inputs = try Self.corpus(corpus)
    #expect(inputs.count > 10)
    for input in inputs { #expect(entry.brokenPromise(input.bytes) == nil, "\(input.name)") }
  }

  @Test func everyHeaderInputKeepsThePromises() throws {
    let inputs = try Self.corpus("headers")
    #expect(inputs.count > 10)
    for input in inputs { #expect(HeaderEntry().brokenPromise(input.bytes) == nil, "\(input.name)") }
  }

  @Test func noForgeryIsLetIn() throws {
    let entry = try Self.certificateEntry()
    for input in try Self.corpus("forgeries") where entry.letsIn(input.bytes) { Issue.record("\(input.name)") }
  }

  /// Otherwise the promises above would be about nothing.
  @Test(arguments: [("good", true), ("good-ca2", true), ("revoked", false), ("expired", false), ("impostor", false)])
  func amongKnownCardsTheGoodOnesAreLetIn(card: String, isGood: Bool) throws {
    // For clientAuth, by lists, with intermediates at hand; then the card, and every list by its number.
    let leaf = try Self.bytes("known/certificates/card-\(card).der")
    let part: [UInt8] = [0, UInt8(leaf.count >> 8), UInt8(leaf.count & 0xFF)] + leaf
    let lists: [UInt8] = (0..<3).flatMap { [0x81, 0, 1, $0] as [UInt8] }
    #expect(try Self.certificateEntry().letsIn([0x48, 0x80, 0x40, 0] + part + lists) == isGood)
  }
}
