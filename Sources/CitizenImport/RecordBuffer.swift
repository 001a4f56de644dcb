/// The unread part of a file: from the beginning of the present record on, at most a record and a piece.
struct RecordBuffer {
  /// The longest record, in bytes.
  static let limit = 1 << 16

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private let read: () throws(ImportError) -> [UInt8]
  private var bytes: [UInt8] = []
  /// Where the present record begins within `bytes`.
  private var start = 0
  private(set) var isComplete = false
  /// The line in which the present record begins, from 1.
  private(set) var line = 1

  init(_ read: @escaping () throws(ImportError) -> [UInt8]) { self.read = read }

  /// The byte at an offset from the record's beginning; nil beyond the end of the file.
  mutating func byte(_ offset: Int) throws(ImportError) -> UInt8? {
    while start + offset >= bytes.count {
      guard try fill() else { return nil }
    }
    return bytes[start + offset]
  }

  /// The record's bytes; they must have been looked at.
  func slice(_ range: Range<Int>) -> ArraySlice<UInt8> {
    bytes[(start + range.lowerBound)..<(start + range.upperBound)]
  }

  /// The offset of the first newline at or after an offset; the end of the file counts as one.
  /// - Returns: nil if there is none within the limit.
  mutating func newline(from offset: Int = 0) throws(ImportError) -> Int? {
    var offset = offset
    while offset <= RecordBuffer.limit {
      guard let byte = try byte(offset), byte != 0x0A else { return offset }
      offset += 1
    }
    return nil
  }

  /// Goes on to what follows an offset.
  mutating func advance(past offset: Int) {
    let end = min(start + offset + 1, bytes.count)
    for byte in bytes[start..<end] where byte == 0x0A { line += 1 }
    start = end
  }

  /// Leaves a line out, however long it is.
  mutating func skipLine() throws(ImportError) {
    while true {
      if let end = try newline() { return advance(past: end) }
      advance(past: RecordBuffer.limit)
    }
  }

  /// Leaves out a byte order mark.
  mutating func skipByteOrderMark() throws(ImportError) {
    for (offset, expected) in Self.byteOrderMark.enumerated() {
      guard try byte(offset) == expected else { return }
    }
    start += 3
  }

  private mutating func fill() throws(ImportError) -> Bool {
    guard !isComplete else { return false }
    let more = try read()
    isComplete = more.isEmpty
    bytes.removeFirst(start)
    start = 0
    bytes.append(contentsOf: more)
    return !isComplete
  }
}
