import Foundation

/// The rows of a source, each with its line, whatever the format.
struct CitizenRows {
  struct Element {
    let line: Int
    let row: Result<CitizenRow, RowRefusal>
  }

  private enum Source {
    case csv(CSVReader, [CitizenColumn])
    case jsonLines(JSONLinesReader)
  }

  private var source: Source

  /// Reads what has to be right before anything is imported: the header, where there is one.
  init(_ format: ImportFormat, _ read: @escaping () throws(ImportError) -> [UInt8]) throws(ImportError) {
    switch format {
    case .csv:
      var reader = CSVReader(read)
      let columns = try CitizenColumn.columns(try reader.header())
      source = .csv(reader, columns)
    case .jsonLines:
      source = .jsonLines(try JSONLinesReader(read))
    }
  }

  mutating func next() throws(ImportError) -> Element? {
    switch source {
    case .csv(var reader, let columns):
      let record = try reader.next()
      source = .csv(reader, columns)
      return record.map { Element(line: $0.line, row: CitizenRows.row($0.fields, columns)) }
    case .jsonLines(var reader):
      let element = try reader.next()
      source = .jsonLines(reader)
      return element
    }
  }

  private static func row(
    _ fields: Result<[String], RowRefusal>, _ columns: [CitizenColumn]
  ) -> Result<CitizenRow, RowRefusal> {
    fields.flatMap { fields in
      guard fields.count == columns.count else {
        return .failure(RowRefusal("the row has \(fields.count) columns, the header \(columns.count)"))
      }
      var row = CitizenRow()
      for (column, field) in zip(columns, fields) {
        if column == .profiles {
          row.profiles = field.split { $0.isWhitespace || $0 == "|" }.map(String.init)
        } else {
          row.texts[column] = field
        }
      }
      return .success(row)
    }
  }
}
