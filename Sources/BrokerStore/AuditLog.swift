public import AccessModel
import Foundation
public import Sealing
import Synchronization

/// Writes audit records inside the transaction of the act that they record (safety sentence 5).
///
/// Each record has a place in a chain and an HMAC over itself and its predecessor, under a key with an id.
public final class AuditLog: Sendable {
  /// The chain that this process writes; one chain a node, so that nodes do not wait for each other.
  public let chain: String
  private let keys: Mutex<AuditKeys>

  public init(chain: String, keys: AuditKeys) {
    self.chain = chain
    self.keys = Mutex(keys)
  }

  /// Takes new keys into use after a rotation.
  public func use(_ keys: AuditKeys) { self.keys.withLock { $0 = keys } }

  /// The keys in use.
  public var currentKeys: AuditKeys { keys.withLock { $0 } }

  func append(_ entry: AuditEntry, in connection: any SQLConnection) throws {
    let keys = currentKeys
    let head = try connection.execute("SELECT seq, mac FROM audit_heads WHERE chain = $1", .text(chain)).first
    let previous = try head?.blob(1) ?? []
    let record = AuditRecord(
      chain: chain, sequence: try number(after: head), keyID: keys.chain.keyID, at: entry.at,
      kind: entry.kind.rawValue, actor: entry.actor.description,
      subject: entry.subject.map { keys.pseudonym(of: $0) } ?? "",
      subjectKeyID: entry.subject == nil ? "" : keys.pseudonyms.keyID, detail: AuditLog.text(entry.detail), mac: [])
    let mac = try keys.chain.tag(record.authenticatedBytes(after: previous), keyID: record.keyID)
    try connection.execute(
      """
      INSERT INTO audit (chain, seq, key_id, at, kind, actor, subject, subject_key_id, detail, mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      """,
      .text(record.chain), .integer(record.sequence), .text(record.keyID), .instant(record.at), .text(record.kind),
      .text(record.actor), .text(record.subject), .text(record.subjectKeyID), .text(record.detail), .blob(mac))
    try connection.execute(
      """
      INSERT INTO audit_heads (chain, seq, mac) VALUES ($1, $2, $3)
      ON CONFLICT (chain) DO UPDATE SET seq = excluded.seq, mac = excluded.mac
      """, .text(chain), .integer(record.sequence), .blob(mac))
  }

  private func number(after head: SQLRow?) throws -> Int64 {
    let (next, overflows) = (try head?.integer(0) ?? 0).addingReportingOverflow(1)
    guard !overflows else { throw StoreError.corrupt("the head of audit chain \(chain) has a number without a next") }
    return next
  }

  private static func text(_ detail: [String: String]) -> String {
    guard !detail.isEmpty else { return "{}" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(detail)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}

/// The keys of the audit log: one purpose authenticates the chain, another makes pseudonyms.
public struct AuditKeys: Sendable {
  public let chain: KeyedHash
  public let pseudonyms: KeyedHash

  public init(chain: KeyRing, pseudonyms: KeyRing) {
    self.chain = KeyedHash(chain, purpose: "audit chain")
    self.pseudonyms = KeyedHash(pseudonyms, purpose: "audit pseudonym")
  }

  /// What stands for a citizen in the log, under the current key.
  public func pseudonym(of subject: FiscalCode) -> String {
    Base64.urlEncode(pseudonyms.tag(Array(subject.rawValue.utf8)).prefix(16))
  }
}

/// A record as it lies in the store.
public struct AuditRecord: Sendable, Equatable {
  public let chain: String
  public let sequence: Int64
  public let keyID: String
  public let at: Instant
  public let kind: String
  public let actor: String
  public let subject: String
  public let subjectKeyID: String
  public let detail: String
  public let mac: [UInt8]

  /// What the HMAC covers: the predecessor's HMAC and every field, each with its length before it.
  func authenticatedBytes(after previous: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    let fields = [
      previous, Array(chain.utf8), Array(String(sequence).utf8), Array(keyID.utf8), Array(String(at.milliseconds).utf8),
      Array(kind.utf8), Array(actor.utf8), Array(subject.utf8), Array(subjectKeyID.utf8), Array(detail.utf8),
    ]
    for field in fields {
      bytes.append(contentsOf: unsafe withUnsafeBytes(of: UInt32(field.count).bigEndian, unsafe Array.init))
      bytes.append(contentsOf: field)
    }
    return bytes
  }
}
