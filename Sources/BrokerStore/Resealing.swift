public import AccessModel
import AuthenticatorKit
public import Sealing

/// Seals everything in the store that the key-encryption key seals once more, under a new one.
public struct Resealing: Sendable {
  private let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// Everything at once: keys and modules' items are few, and a half-done rotation would need both rings for ever.
  /// Open conversations end; they last minutes and begin anew.
  /// - Parameters:
  ///   - old: the ring that opens what is there.
  ///   - new: the ring with the new current key in front.
  /// - Returns: how many values were sealed again.
  @discardableResult
  public func reseal(
    from old: KeyRing, to new: KeyRing, by actor: AuditActor, at now: Instant
  ) async throws(StoreError) -> Int {
    try await ledger.act { act in
      let keys = try act.execute("SELECT purpose, id, sealed, key_id FROM keys")
      for row in keys {
        let (purpose, id) = (try row.text(0), try row.text(1))
        let value = try Resealing.sealedAgain(
          row, from: Sealer(old, purpose: "stored key"), to: Sealer(new, purpose: "stored key"),
          context: StoredKey.context(purpose: purpose, id: id))
        try act.execute(
          "UPDATE keys SET sealed = $3, key_id = $4 WHERE purpose = $1 AND id = $2", .text(purpose), .text(id),
          .blob(value.bytes), .text(value.keyID))
      }
      let items = try act.execute("SELECT instance, item, sealed, key_id FROM module_items")
      for row in items {
        let (instance, item) = (try row.text(0), try row.text(1))
        let value = try Resealing.sealedAgain(
          row, from: Sealer(old, purpose: "module state"), to: Sealer(new, purpose: "module state"),
          context: "module/\(instance)/\(item)")
        try act.execute(
          "UPDATE module_items SET sealed = $3, key_id = $4 WHERE instance = $1 AND item = $2", .text(instance),
          .text(item), .blob(value.bytes), .text(value.keyID))
      }
      try act.execute("DELETE FROM conversations")
      try act.execute("DELETE FROM arrivals")
      try act.record(AuditEntry(.keyRotated, by: actor, ["purpose": "kek", "added": new.currentID], at: now))
      try act.revoke()
      return keys.count + items.count
    }
  }

  private static func sealedAgain(
    _ row: SQLRow, from old: Sealer, to new: Sealer, context: String
  ) throws -> SealedValue {
    let value = SealedValue(keyID: try row.text(3), bytes: try row.blob(2))
    return try new.seal(try old.open(value, context: context).bytes, context: context)
  }
}
