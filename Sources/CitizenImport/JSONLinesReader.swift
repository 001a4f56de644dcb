import Foundation

/// One JSON object a line, with the same names as the CSV columns; `profiles` is an array.
struct JSONLinesReader {
  private var buffer: RecordBuffer

  init(_ read: @escaping () throws(ImportError) -> [UInt8]) throws(ImportError) {
    buffer = RecordBuffer(read)
    try buffer.skipByteOrderMark()
  }

  mutating func next() throws(ImportError) -> CitizenRows.Element? {
    while try buffer.byte(0) != nil {
      let line = buffer.line
      guard let end = try buffer.newline() else {
        try buffer.skipLine()
        return .init(line: line, row: .failure(.tooLong))
      }
      let bytes = buffer.slice(0..<end)
      let isEmpty = bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      defer { buffer.advance(past: end) }
      if !isEmpty { return .init(line: line, row: JSONLinesReader.row(Data(bytes))) }
    }
    return nil
  }

  private static func row(_ data: Data) -> Result<CitizenRow, RowRefusal> {
    guard String(validating: data, as: UTF8.self) != nil else { return .failure(.notUTF8) }
    guard let object = try? JSONDecoder().decode([String: JSONField].self, from: data) else {
      return .failure(RowRefusal("the line is no JSON object of texts (and profiles, an array of texts)"))
    }
    var row = CitizenRow()
    for (name, field) in object {
      guard let column = CitizenColumn(rawValue: name) else {
        return .failure(RowRefusal("the key\(CitizenColumn.printable(name)) is unknown"))
      }
      switch (column, field) {
      case (_, .null): continue
      case (.profiles, .list(let ids)): row.profiles = ids
      case (.profiles, .text), (_, .list):
        return .failure(RowRefusal("\(name) is \(column == .profiles ? "no array" : "no text")"))
      case (_, .text(let text)): row.texts[column] = text
      }
    }
    return .success(row)
  }
}

/// The values that a citizen's object may hold.
private enum JSONField: Decodable {
  case null
  case text(String)
  case list([String])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      self = .list(try container.decode([String].self))
    }
  }
}
