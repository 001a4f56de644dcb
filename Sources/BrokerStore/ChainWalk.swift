import Sealing

/// The state of a walk along one chain: what the next record has to be. Pure; the reading is the store's.
struct ChainWalk {
  let chain: String
  let keys: KeyedHash
  /// Of this chain, by number.
  private var checkpoints: ArraySlice<AuditHead>
  /// The last record that was right.
  private var last: AuditHead
  /// Where the next page begins; before every number that a row can have, so that foreign rows are seen.
  private(set) var lastRead = Int64.min
  private(set) var records = 0

  init(chain: String, keys: KeyedHash, checkpoints: [AuditHead]) {
    self.chain = chain
    self.keys = keys
    self.checkpoints = checkpoints[...]
    last = AuditHead(chain: chain, sequence: 0, mac: [])
  }

  /// Takes the next row in the order of numbers.
  mutating func take(_ record: AuditRecord) -> AuditBreak? {
    let expected = last.sequence + 1
    if record.sequence < expected { return broken(record.sequence, .foreign) }
    if record.sequence > expected { return broken(expected, .removed) }
    guard keys.keyIDs.contains(record.keyID) else { return broken(expected, .unknownKey(record.keyID)) }
    guard record.verifies(at: expected, after: last.mac, keys) else { return broken(expected, .changed) }
    while let checkpoint = checkpoints.first, checkpoint.sequence <= expected {
      guard checkpoint.sequence == expected, checkpoint.mac == record.mac else { return broken(expected, .rewritten) }
      checkpoints.removeFirst()
    }
    last = AuditHead(chain: chain, sequence: record.sequence, mac: record.mac)
    lastRead = record.sequence
    records += 1
    return nil
  }

  /// Judges the end of the chain.
  /// - Parameter head: as it was when the last page was read.
  func end(head: AuditHead?) -> AuditBreak? {
    let known = max(head?.sequence ?? 0, checkpoints.last?.sequence ?? 0)
    if known > last.sequence { return broken(last.sequence + 1, .cutOff) }
    return (head ?? AuditHead(chain: chain, sequence: 0, mac: [])) == last ? nil : broken(last.sequence, .headDiffers)
  }

  private func broken(_ sequence: Int64, _ what: AuditBreak.What) -> AuditBreak {
    AuditBreak(chain: chain, sequence: sequence, what: what)
  }
}
