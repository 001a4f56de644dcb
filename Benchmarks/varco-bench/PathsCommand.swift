import ArgumentParser
import CBareVerify
import CertificateKit
import Foundation

/// A chain of three certificates with its lists, validated by us and by a loop around `X509_verify_cert` in C.
struct PathsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paths", abstract: "Validate one chain over and over and print validations a second, bare and ours.")
  @Option(help: "The leaf.") var leaf: String
  @Option(help: "Its issuer.") var issuer: String
  @Option(help: "The root.") var root: String
  @Option(help: "The issuer's and the root's lists.") var crls: [String]
  @Option(help: "For how many seconds each.") var seconds: Double = 1

  func run() async throws {
    let chain = try [leaf, issuer, root].map { try CertificateFile.read(PathsCommand.bytes($0))[0] }
    let lists = try crls.map { try RevocationList.read(PathsCommand.bytes($0))[0] }
    guard lists.count == 2 else { throw ValidationError("give two lists") }
    let now = Int64(Date().timeIntervalSince1970)
    let ours = try Self.rate(seconds, Self.ours(chain, lists, now))
    let bare = try Self.rate(seconds, Self.bare(chain.map(\.der), try crls.map { try Self.der($0) }, now))
    print("{\"bare\": \(bare), \"ours\": \(ours)}")
  }

  private static func ours(_ chain: [Certificate], _ lists: [RevocationList], _ now: Int64) -> (Int) -> Bool {
    let validator = PathValidator(
      trust: TrustStore(anchors: [chain[2]]), revocation: RevocationPolicy(lists: RevocationLists(lists)))
    let request = ValidationRequest(leaf: chain[0], intermediates: [chain[1]], time: now, purpose: .clientAuth)
    return { count in
      for _ in 0..<count { guard case .valid = validator.validate(request) else { return false } }
      return true
    }
  }

  private static func bare(_ chain: [[UInt8]], _ lists: [[UInt8]], _ now: Int64) -> (Int) -> Bool {
    { count in
      let all = chain + lists
      let places = unsafe all.map { bytes in
        let place = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        unsafe place.initialize(from: bytes, count: bytes.count)
        return unsafe UnsafePointer(place)
      }
      defer { for index in 0..<all.count { unsafe places[index].deallocate() } }
      let pointers = unsafe places.map { unsafe Optional($0) }
      let accepted = unsafe bare_verify(
        Array(pointers[..<3]), chain.map(\.count), Array(pointers[3...]), lists.map(\.count), now, count)
      return accepted == count
    }
  }

  /// Batches of a hundred until the time is over.
  private static func rate(_ seconds: Double, _ body: (Int) -> Bool) throws -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    var done = 0
    repeat {
      guard body(100) else { throw ValidationError("the chain is not valid") }
      done += 100
    } while start.duration(to: clock.now) < .seconds(seconds)
    return Double(done) / (start.duration(to: clock.now) / .seconds(1))
  }

  static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

  /// The DER of a list, which may be written as PEM.
  private static func der(_ path: String) throws -> [UInt8] {
    let data = try Data(contentsOf: URL(filePath: path))
    guard data.first == UInt8(ascii: "-") else { return Array(data) }
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("-") }
    return Data(base64Encoded: lines.joined()).map(Array.init) ?? []
  }
}
