import CertificateKit
import Foundation

/// `varco cert verify --batch`: one request a line in, one answer a line out, flushed at once.
struct CertBatch {
  let profile: CertQuestion.Profile

  /// Longer than any request; a longer line is answered and skipped.
  private static let longestLine = 1 << 20

  func run() {
    while let line = readLine(strippingNewline: true) {
      if line.allSatisfy(\.isWhitespace) { continue }
      Console.print(answer(line))
    }
  }

  private func answer(_ line: String) -> String {
    guard line.utf8.count <= CertBatch.longestLine else { return CertBatch.text(nil, false, "the line is too long") }
    let id = CertBatch.id(line)
    do {
      let verdict = try request(line).answer()
      return CertBatch.text(id, verdict.valid, verdict.reason)
    } catch let error as StartError {
      return CertBatch.text(id, false, "request: \(error.text)")
    } catch {
      return CertBatch.text(id, false, "request: \(CertBatch.words(error))")
    }
  }

  private func request(_ line: String) throws -> CertQuestion {
    let fields = try JSONDecoder().decode(Fields.self, from: Data(line.utf8))
    return CertQuestion(
      leaf: fields.leaf, chain: fields.chain?.paths ?? [], anchors: fields.anchors.paths,
      crls: fields.crls?.paths ?? [], time: try CertQuestion.seconds(fields.time),
      purpose: try CertQuestion.purpose(fields.purpose ?? "any"),
      policies: PolicyInputs(
        initialPolicies: try CertQuestion.policies(fields.policies ?? []),
        requireExplicitPolicy: fields.explicitPolicy ?? false,
        inhibitPolicyMapping: fields.inhibitPolicyMapping ?? false,
        inhibitAnyPolicy: fields.inhibitAnyPolicy ?? false),
      maxDepth: try CertQuestion.depth(fields.maxDepth ?? 16), profile: profile)
  }

  /// The id as it came, text or number, so that an answer finds its question.
  private static func id(_ line: String) -> String? {
    guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else { return nil }
    guard let id = object["id"],
      let data = try? JSONSerialization.data(withJSONObject: id, options: [.fragmentsAllowed, .withoutEscapingSlashes])
    else { return nil }
    return String(decoding: data, as: UTF8.self)
  }

  private static func text(_ id: String?, _ isValid: Bool, _ reason: String) -> String {
    let data = try? JSONSerialization.data(
      withJSONObject: reason, options: [.fragmentsAllowed, .withoutEscapingSlashes])
    let quoted = data.map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    return "{\"id\":\(id ?? "null"),\"valid\":\(isValid),\"reason\":\(quoted)}"
  }

  private static func words(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .keyNotFound(let key, _): "\(key.stringValue) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")) is of the wrong type"
    default: "the line is no JSON object"
    }
  }
}

/// A request as it is written.
private struct Fields: Decodable {
  let leaf: String
  let chain: Paths?
  let anchors: Paths
  let crls: Paths?
  let time: String?
  let purpose: String?
  let policies: [String]?
  let explicitPolicy: Bool?
  let inhibitPolicyMapping: Bool?
  let inhibitAnyPolicy: Bool?
  let maxDepth: Int?

  enum CodingKeys: String, CodingKey {
    case leaf, chain, anchors, crls, time, purpose, policies
    case explicitPolicy = "explicit_policy"
    case inhibitPolicyMapping = "inhibit_policy_mapping"
    case inhibitAnyPolicy = "inhibit_any_policy"
    case maxDepth = "max_depth"
  }
}

/// A file, several, or (empty) none.
private struct Paths: Decodable {
  let paths: [String]

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let all = try (try? container.decode(String.self)).map { [$0] } ?? container.decode([String].self)
    paths = all.filter { !$0.isEmpty }
  }
}
