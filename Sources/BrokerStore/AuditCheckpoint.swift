public import AccessModel
import Foundation
import Sealing

/// A chain's head as it was at some time, kept outside the database (safety sentence 5).
///
/// Whoever can write the database can cut the log and its head together; then only a checkpoint knows.
public struct AuditCheckpoint: Sendable, Equatable {
  public let head: AuditHead
  public let at: Instant
  public let keyID: String
  public let signature: [UInt8]

  /// Signs a head under the current audit key.
  public init(_ head: AuditHead, at: Instant, keys: AuditKeys) {
    let keyID = keys.chain.keyID
    let signed = AuditCheckpoint(head: head, at: at, keyID: keyID, signature: [])
    // The current key is in the ring by construction.
    self.init(head: head, at: at, keyID: keyID, signature: (try? signed.tag(keys)) ?? [])
  }

  private init(head: AuditHead, at: Instant, keyID: String, signature: [UInt8]) {
    self.head = head
    self.at = at
    self.keyID = keyID
    self.signature = signature
  }

  /// Whether this installation made it.
  /// - Throws: ``SealingError/unknownKey(_:)``.
  func isAuthentic(_ keys: AuditKeys) throws(SealingError) -> Bool { constantTimeEqual(try tag(keys), signature) }

  private func tag(_ keys: AuditKeys) throws(SealingError) -> [UInt8] {
    // A record's text begins with the length of an HMAC or of nothing: neither can be mistaken for the other.
    let text =
      "checkpoint\n\(head.chain)\n\(head.sequence)\n\(Base64.urlEncode(head.mac))\n\(at.milliseconds)\n\(keyID)"
    return try keys.chain.tag(text.utf8, keyID: keyID)
  }
}

extension AuditCheckpoint {
  private struct Line: Codable {
    let chain: String
    let seq: Int64
    let mac: String
    let at: Int64
    let keyID: String
    let signature: String

    enum CodingKeys: String, CodingKey {
      case chain, seq, mac, at, signature
      case keyID = "key_id"
    }
  }

  /// One line of a checkpoint file, without the newline: a JSON object with `chain`, `seq`, `mac` (base64url), `at`
  /// (milliseconds since 1970), `key_id` and `signature` (base64url).
  public var line: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = Line(
      chain: head.chain, seq: head.sequence, mac: Base64.urlEncode(head.mac), at: at.milliseconds, keyID: keyID,
      signature: Base64.urlEncode(signature))
    return (try? encoder.encode(line)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Reads one line of a checkpoint file; nil if it is none, such as a last line that was being written.
  public init?(parsing line: String) {
    guard
      let line = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)),
      let mac = Base64.urlDecode(line.mac), let signature = Base64.urlDecode(line.signature)
    else { return nil }
    self.init(
      head: AuditHead(chain: line.chain, sequence: line.seq, mac: mac), at: Instant(milliseconds: line.at),
      keyID: line.keyID, signature: signature)
  }
}
