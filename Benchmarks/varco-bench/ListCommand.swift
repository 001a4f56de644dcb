import ArgumentParser
import CertificateKit
import Foundation

/// A large revocation list: how long it loads, what it keeps, how long it is asked.
struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Load a revocation list and print seconds, megabytes kept, and microseconds a lookup.")
  @Option(help: "The list, DER.") var crl: String
  @Option(help: "Its issuer.") var issuer: String
  @Option(help: "A certificate of that issuer.") var leaf: String

  func run() async throws {
    let issuer = try CertificateFile.read(PathsCommand.bytes(issuer))[0]
    let leaf = try CertificateFile.read(PathsCommand.bytes(leaf))[0]
    let now = Int64(Date().timeIntervalSince1970)
    let before = Self.megabytes()
    let clock = ContinuousClock()
    var start = clock.now
    let lists = RevocationLists(try RevocationList.read(contentsOf: crl))
    guard lists.lists[0].isSigned(by: issuer) else { throw ValidationError("the list is not the issuer's") }
    let load = start.duration(to: clock.now) / .seconds(1)
    let kept = Self.megabytes() - before
    start = clock.now
    for _ in 0..<10_000 {
      guard lists.status(of: leaf, issuedBy: issuer, at: now) != nil else { throw ValidationError("no answer") }
    }
    let lookup = start.duration(to: clock.now) / .microseconds(1) / 10_000
    print(
      "{\"entries\": \(lists.lists[0].count), \"load\": \(load), \"kept\": \(kept), \"lookup\": \(lookup)}")
  }

  /// Resident memory.
  private static func megabytes() -> Double {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { Double($0.filter(\.isNumber)) }.map { $0 / 1024 } ?? 0
  }
}
