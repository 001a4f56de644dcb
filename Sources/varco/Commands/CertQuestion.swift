import CNS
import CertificateKit
import Foundation

/// One certificate to validate, with its files.
struct CertQuestion {
  enum Profile: String {
    case path
    case cns
  }

  struct Verdict: Encodable {
    let valid: Bool
    /// A stable word and what it means; `accepted` for a path that holds.
    let reason: String
  }

  let leaf: String
  let chain: [String]
  let anchors: [String]
  let crls: [String]
  /// Seconds since 1970.
  let time: Int64
  let purpose: Purpose
  let policies: PolicyInputs
  let maxDepth: Int
  let profile: Profile

  /// - Throws: ``StartError/usage(_:)`` for a file that is not there; one that is no certificate is a rejection.
  func answer() throws(StartError) -> Verdict {
    do throws(CertificateError) {
      let leaves = try certificates([leaf])
      let trust = TrustStore(anchors: try certificates(anchors))
      let lists = try revocationLists()
      let validator = PathValidator(trust: trust, revocation: lists.map { RevocationPolicy(lists: $0) } ?? .off)
      var request = ValidationRequest(
        leaf: leaves[0], intermediates: leaves.dropFirst() + (try certificates(chain)), time: time, purpose: purpose,
        policies: policies, maximumIntermediates: maxDepth)
      if profile == .cns { request.purpose = .clientAuth }
      return judge(validator.validate(request))
    } catch {
      if error.code == .unreadableFile { throw .usage("\(error.detail)") }
      return Verdict(valid: false, reason: error.description)
    }
  }

  private func judge(_ outcome: ValidationOutcome) -> Verdict {
    switch outcome {
    case .invalid(let rejection): return Verdict(valid: false, reason: rejection.description)
    case .valid(let path):
      guard profile == .cns else { return Verdict(valid: true, reason: "accepted") }
      guard case .failure(let mismatch) = CNSProfile(policies: OID(CNSProfile.cns).map { [$0] } ?? []).judge(path)
      else { return Verdict(valid: true, reason: "accepted") }
      return Verdict(valid: false, reason: "cns-\(mismatch.rawValue): not the authentication certificate of a CNS")
    }
  }

  private func certificates(_ paths: [String]) throws(CertificateError) -> [Certificate] {
    var found: [Certificate] = []
    for path in paths { found += try CertificateFile.read(try CertQuestion.bytes(path)) }
    return found
  }

  /// Nil where revocation is not asked about.
  private func revocationLists() throws(CertificateError) -> RevocationLists? {
    guard !crls.isEmpty else { return nil }
    var lists: [RevocationList] = []
    for path in crls { lists += try RevocationList.read(try CertQuestion.bytes(path)) }
    return RevocationLists(lists)
  }

  private static func bytes(_ path: String) throws(CertificateError) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CertificateError(.unreadableFile, "\(path) cannot be read")
    }
    return Array(data)
  }
}

/// Reading of single values.
extension CertQuestion {
  /// - Throws: ``StartError/usage(_:)`` for anything but RFC 3339; nil is now.
  static func seconds(_ text: String?) throws(StartError) -> Int64 {
    guard var text else { return Int64(Date().timeIntervalSince1970) }
    // Small letters are allowed (RFC 3339 section 5.6).
    text = text.replacing("t", with: "T").replacing("z", with: "Z")
    let styles: [Date.ISO8601FormatStyle] = [.iso8601, Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
    for style in styles {
      if let date = try? Date(text, strategy: style) { return Int64(date.timeIntervalSince1970.rounded(.down)) }
    }
    throw .usage("the time is not written as RFC 3339 has it, such as 2026-11-24T10:00:00Z")
  }

  static func purpose(_ text: String) throws(StartError) -> Purpose {
    guard let purpose = Purpose(rawValue: text) else { throw .usage("the purpose is clientAuth or any") }
    return purpose
  }

  static func policies(_ texts: [String]) throws(StartError) -> [OID] {
    var policies: [OID] = []
    for text in texts {
      guard let policy = OID(text) else { throw .usage("\(text) is no object identifier") }
      policies.append(policy)
    }
    return policies
  }

  static func depth(_ number: Int) throws(StartError) -> Int {
    guard (0...32).contains(number) else { throw .usage("the depth is 0 to 32") }
    return number
  }
}
