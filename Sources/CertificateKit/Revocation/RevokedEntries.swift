/// The entries of a revocation list: serial numbers in one contiguous buffer, found through a hash table of offsets.
///
/// A list of a million entries takes about 30 MB so, and is looked up in less than a microsecond.
struct RevokedEntries: Sendable {
  struct Entry: Sendable, Equatable {
    /// Seconds since 1970.
    let date: Int64
    let reason: RevocationReason
  }

  static let empty = RevokedEntries(count: 0, octets: 0)

  /// Records: the length of the serial number, its octets, four of the date, one of the reason.
  private var records: [UInt8] = []
  /// Offset of a record plus one; 0 for a free place. The size is a power of two.
  private var table: [UInt32]
  private(set) var count = 0
  /// What the entries take in memory.
  var storedBytes: Int { records.capacity + table.count * 4 }

  /// - Parameters:
  ///   - count: how many there will be.
  ///   - octets: how many octets their serial numbers have together.
  init(count: Int, octets: Int) {
    records.reserveCapacity(octets + count * 6)
    var size = 2
    while size < count + count / 2 { size *= 2 }
    table = [UInt32](repeating: 0, count: size)
  }

  /// Of two entries for one serial number the one that revokes for good stays.
  mutating func insert(_ serial: UnsafeRawBufferPointer, _ entry: Entry) {
    let (slot, found) = slot(serial)
    if found {
      let known = self.entry(at: Int(table[slot]) - 1)
      guard !known.isFinal && entry.isFinal else { return }
    } else {
      count += 1
    }
    table[slot] = UInt32(records.count + 1)
    records.append(UInt8(serial.count))
    records.append(contentsOf: serial)
    let date = UInt32(clamping: entry.date)
    for shift in stride(from: 24, through: 0, by: -8) { records.append(UInt8(truncatingIfNeeded: date >> shift)) }
    records.append(entry.reason.rawValue)
  }

  /// - Parameter serial: the content octets of the INTEGER.
  func find(_ serial: [UInt8]) -> Entry? {
    serial.withUnsafeBytes { serial in
      let (slot, found) = slot(serial)
      return found ? entry(at: Int(table[slot]) - 1) : nil
    }
  }

  private func entry(at offset: Int) -> Entry {
    let start = offset + 1 + Int(records[offset])
    let date = records[start..<start + 4].reduce(0) { $0 << 8 | Int64($1) }
    return Entry(date: date, reason: RevocationReason(rawValue: records[start + 4]) ?? .unspecified)
  }

  /// Where a serial number is, or where it would be.
  private func slot(_ serial: UnsafeRawBufferPointer) -> (Int, Bool) {
    var hasher = Hasher()
    hasher.combine(bytes: serial)
    let mask = table.count - 1
    var slot = hasher.finalize() & mask
    return records.withUnsafeBytes { records in
      while table[slot] != 0 {
        let offset = Int(table[slot]) - 1
        if records[offset] == UInt8(serial.count),
          UnsafeRawBufferPointer(rebasing: records[offset + 1..<offset + 1 + serial.count]).elementsEqual(serial)
        {
          return (slot, true)
        }
        slot = (slot + 1) & mask
      }
      return (slot, false)
    }
  }
}

extension RevokedEntries.Entry {
  /// Neither on hold nor taken off the list: this certificate never becomes good again.
  var isFinal: Bool { reason != .certificateHold && reason != .removeFromCRL }
}
