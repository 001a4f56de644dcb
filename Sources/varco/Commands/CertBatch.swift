import CertificateKit
import Foundation

/// `varco cert verify --batch`: one request a line in, one answer a line out, flushed at once.
struct CertBatch {
  let profile: CertQuestion.Profile

  /// Longer than any request; a longer line is answered and skipped.
  private static let longestLine = 1 << 20

  func run() {
    var lines = LineReader(FileHandle.standardInput, limit: CertBatch.longestLine)
    while let line = lines.next() {
      switch line {
      case .tooLong: Console.json(text: CertBatch.text(nil, false, "request: the line is too long"))
      case .whole(let bytes):
        if !bytes.allSatisfy(CertBatch.blank.contains) { Console.json(text: answer(bytes)) }
      }
    }
  }

  private static let blank = Set(" \t\r".utf8)

  private func answer(_ line: [UInt8]) -> String {
    let id = RawField.named("id", in: line).map { String(decoding: $0, as: UTF8.self) }
    do {
      let verdict = try request(line).answer()
      return CertBatch.text(id, verdict.valid, verdict.reason)
    } catch let error as StartError {
      return CertBatch.text(id, false, "request: \(error.text)")
    } catch {
      return CertBatch.text(id, false, "request: \(CertBatch.words(error))")
    }
  }

  private func request(_ line: [UInt8]) throws -> CertQuestion {
    try CertBatch.demandKnownKeys(line)
    let fields = try JSONDecoder().decode(Fields.self, from: Data(line))
    guard !fields.leaf.isEmpty else { throw StartError.usage("leaf is empty") }
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

  /// A mistyped key must not pass for one that was left out: without its lists a revoked card would be accepted.
  private static func demandKnownKeys(_ line: [UInt8]) throws(StartError) {
    // A NUL is nowhere in JSON; without it nothing is taken for UTF-16.
    guard !line.contains(0), let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else {
      throw .usage("the line is no JSON object")
    }
    let known = Set(Fields.CodingKeys.allCases.map(\.stringValue) + ["id"])
    if let unknown = Set(object.keys).subtracting(known).min() { throw .usage("the key \(unknown) is unknown") }
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

  enum CodingKeys: String, CodingKey, CaseIterable {
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

/// A value of a JSON object as its bytes stand there, so that `1.0` does not come back as `1`.
private enum RawField {
  /// - Parameter line: without line breaks.
  /// - Returns: the first value under a key without escapes; nil if there is none, or if the line is no JSON object.
  static func named(_ key: String, in line: [UInt8]) -> ArraySlice<UInt8>? {
    guard !line.contains(0), (try? JSONSerialization.jsonObject(with: Data(line))) is [String: Any] else { return nil }
    let wanted = Array("\"\(key)\"".utf8)
    var depth = 0
    var index = 0
    while index < line.count {
      let end = endOfToken(line, index)
      switch line[index] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "\"") where depth == 1 && line[index..<end].elementsEqual(wanted):
        if let value = value(after: end, line) { return value }
      default: break
      }
      index = end
    }
    return nil
  }

  /// After a key comes a colon; after a string that is a value, none does.
  private static func value(after key: Int, _ line: [UInt8]) -> ArraySlice<UInt8>? {
    guard let colon = line[key...].firstIndex(where: { !isSpace($0) }), line[colon] == UInt8(ascii: ":"),
      let start = line[(colon + 1)...].firstIndex(where: { !isSpace($0) })
    else { return nil }
    var depth = 0
    var index = start
    while index < line.count {
      let byte = line[index]
      if depth == 0, index > start, [",", "}"].contains(Character(Unicode.Scalar(byte))) || isSpace(byte) { break }
      if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { depth -= 1 }
      index = endOfToken(line, index)
    }
    return line[start..<index]
  }

  /// Behind the string that begins here; one byte further where none does.
  private static func endOfToken(_ line: [UInt8], _ start: Int) -> Int {
    guard line[start] == UInt8(ascii: "\"") else { return start + 1 }
    var index = start + 1
    while index < line.count, line[index] != UInt8(ascii: "\"") { index += line[index] == UInt8(ascii: "\\") ? 2 : 1 }
    return min(index + 1, line.count)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}

/// Lines of a file as they come, none of them held beyond a limit.
private struct LineReader {
  enum Line {
    case whole([UInt8])
    case tooLong
  }

  private let file: FileHandle
  private let limit: Int
  private var buffer: [UInt8] = []
  private var isAtEnd = false

  init(_ file: FileHandle, limit: Int) {
    self.file = file
    self.limit = limit
  }

  /// - Returns: nil at the end.
  mutating func next() -> Line? {
    var searched = 0
    var isTooLong = false
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        defer { buffer.removeFirst(end + 1) }
        return isTooLong || end > limit ? .tooLong : .whole(Array(buffer[..<end]))
      }
      if buffer.count > limit {
        isTooLong = true
        buffer.removeAll(keepingCapacity: true)
      }
      searched = buffer.count
      if isAtEnd { return last(isTooLong) }
      // What there is, without waiting for more: whoever asks may wait for the answer before asking again.
      let data = file.availableData
      isAtEnd = data.isEmpty
      buffer += data
    }
  }

  private mutating func last(_ isTooLong: Bool) -> Line? {
    defer { buffer = [] }
    if isTooLong { return .tooLong }
    return buffer.isEmpty ? nil : .whole(buffer)
  }
}
