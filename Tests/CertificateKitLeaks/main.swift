import CertificateKit
import Foundation

// Validates every PKITS case forty times, some 10,000 validations good and bad, and reads broken copies of every file.
// Meant for `valgrind --leak-check=full`: whatever is still held at the end was leaked.
//
// Usage: certificate-leaks CASES.json PKITS_DATA [ROUNDS]

struct LeakCase: Decodable {
  let certs: [String]
  let crls: [String]
  let policies: [String]
}

struct LeakRun {
  let folder: URL
  let rounds: Int
  private(set) var accepted = 0
  private(set) var refused = 0
  private(set) var unreadable = 0

  init(folder: URL, rounds: Int) {
    self.folder = folder
    self.rounds = rounds
  }

  mutating func run(_ test: LeakCase) throws {
    let certificates = try test.certs.map { try bytes("certs/\($0).crt") }
    let lists = try test.crls.map { try bytes("crls/\($0).crl") }
    for _ in 0..<rounds { validate(certificates, lists, test.policies) }
    for broken in broken(certificates) { validate(broken, lists, test.policies) }
    for broken in broken(lists) { validate(certificates, broken, test.policies) }
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: path)))
  }

  /// Copies in which the last file is cut off, or has another octet in its middle.
  private func broken(_ files: [[UInt8]]) -> [[[UInt8]]] {
    guard let last = files.last else { return [] }
    var flipped = last
    flipped[last.count / 2] ^= 0x55
    return [files.dropLast() + [last.dropLast(3)], files.dropLast() + [flipped]]
  }

  private mutating func validate(_ certificates: [[UInt8]], _ lists: [[UInt8]], _ policies: [String]) {
    do {
      let read = try certificates.map { try Certificate(der: $0) }
      let revocation = RevocationPolicy(lists: RevocationLists(try lists.map { try RevocationList(der: $0) }))
      let validator = PathValidator(trust: TrustStore(anchors: [read[0]]), revocation: revocation)
      let request = ValidationRequest(
        leaf: read[read.count - 1], intermediates: Array(read.dropFirst().dropLast()), time: 1_302_825_600,
        policies: PolicyInputs(initialPolicies: policies.compactMap { OID($0) }))
      if case .valid = validator.validate(request) { accepted += 1 } else { refused += 1 }
    } catch {
      unreadable += 1
    }
  }
}

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
  print("usage: certificate-leaks CASES.json PKITS_DATA [ROUNDS]")
  exit(2)
}
let cases = try JSONDecoder().decode([LeakCase].self, from: Data(contentsOf: URL(filePath: arguments[1])))
var run = LeakRun(folder: URL(filePath: arguments[2]), rounds: arguments.count > 3 ? Int(arguments[3]) ?? 40 : 40)
for test in cases { try run.run(test) }
print("\(run.accepted) accepted, \(run.refused) refused, \(run.unreadable) unreadable")
