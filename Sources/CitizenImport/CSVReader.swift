/// Rows of a CSV file (RFC 4180), one at a time: quotes, newlines and separators in quotes, CRLF or LF.
///
/// A row that cannot be read is a value; reading goes on with the next line, so that one open quote does not swallow
/// the rest of the file. Empty lines, and lines of nothing but separators, are no rows.
struct CSVReader {
  struct Record {
    /// Where the row begins, from 1.
    let line: Int
    let fields: Result<[String], RowRefusal>
  }

  private var buffer: RecordBuffer
  private var separator = Self.comma

  init(_ read: @escaping () throws(ImportError) -> [UInt8]) { buffer = RecordBuffer(read) }

  /// The names of the columns, and with them the separator: Italian spreadsheets write semicolons.
  mutating func header() throws(ImportError) -> [String] {
    try buffer.skipByteOrderMark()
    separator = try detectSeparator()
    guard let record = try next() else { throw .header("the file is empty") }
    switch record.fields {
    case .success(let names): return names
    case .failure(let refusal): throw .header(refusal.reason)
    }
  }

  mutating func next() throws(ImportError) -> Record? {
    while try buffer.byte(0) != nil {
      let line = buffer.line
      switch try record() {
      case .failure(let refusal):
        try buffer.skipLine()
        return Record(line: line, fields: .failure(refusal))
      case .success(let row):
        buffer.advance(past: row.end)
        guard row.fields.contains(where: { !$0.isEmpty }) else { continue }
        return Record(line: line, fields: CSVReader.text(row.fields))
      }
    }
    return nil
  }

  private static func text(_ fields: [[UInt8]]) -> Result<[String], RowRefusal> {
    var texts: [String] = []
    for field in fields {
      guard let text = String(validating: field, as: UTF8.self) else { return .failure(.notUTF8) }
      texts.append(text)
    }
    return .success(texts)
  }

  private mutating func detectSeparator() throws(ImportError) -> UInt8 {
    guard let end = try buffer.newline() else { return CSVReader.comma }
    let header = buffer.slice(0..<end)
    return header.count { $0 == CSVReader.semicolon } > header.count { $0 == CSVReader.comma }
      ? CSVReader.semicolon : CSVReader.comma
  }
}

/// One record: fields up to the newline that ends it.
extension CSVReader {
  private static let comma = UInt8(ascii: ",")
  private static let semicolon = UInt8(ascii: ";")
  private static let quote = UInt8(ascii: "\"")
  private static let carriageReturn = UInt8(ascii: "\r")
  private static let lineFeed = UInt8(ascii: "\n")

  private mutating func record() throws(ImportError) -> Result<(fields: [[UInt8]], end: Int), RowRefusal> {
    var fields: [[UInt8]] = []
    var offset = 0
    while true {
      let isQuoted = try buffer.byte(offset) == CSVReader.quote
      switch isQuoted ? try quotedField(&offset) : try plainField(&offset) {
      case .failure(let refusal): return .failure(refusal)
      case .success(let field): fields.append(field)
      }
      guard try buffer.byte(offset) == separator else { return .success((fields, offset)) }
      offset += 1
    }
  }

  private mutating func plainField(_ offset: inout Int) throws(ImportError) -> Result<[UInt8], RowRefusal> {
    var field: [UInt8] = []
    while let byte = try buffer.byte(offset), byte != separator, byte != CSVReader.lineFeed {
      guard offset < RecordBuffer.limit else { return .failure(.tooLong) }
      guard byte != CSVReader.quote else { return .failure(RowRefusal("a quote stands within an unquoted field")) }
      field.append(byte)
      offset += 1
    }
    if field.last == CSVReader.carriageReturn, try buffer.byte(offset) != separator { field.removeLast() }
    return .success(field)
  }

  private mutating func quotedField(_ offset: inout Int) throws(ImportError) -> Result<[UInt8], RowRefusal> {
    var field: [UInt8] = []
    offset += 1
    while let byte = try buffer.byte(offset) {
      guard offset < RecordBuffer.limit else { return .failure(.tooLong) }
      offset += 1
      if byte != CSVReader.quote {
        field.append(byte)
      } else if try buffer.byte(offset) == CSVReader.quote {
        field.append(byte)
        offset += 1
      } else {
        return try isFieldEnd(&offset) ? .success(field) : .failure(RowRefusal("text stands behind a closing quote"))
      }
    }
    return .failure(RowRefusal("a quote is left open"))
  }

  /// Whether a separator, the end of the line or the end of the file follows; a carriage return before it is skipped.
  private mutating func isFieldEnd(_ offset: inout Int) throws(ImportError) -> Bool {
    if try buffer.byte(offset) == CSVReader.carriageReturn { offset += 1 }
    let byte = try buffer.byte(offset)
    return byte == nil || byte == separator || byte == CSVReader.lineFeed
  }
}
