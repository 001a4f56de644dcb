import Testing

@testable import CitizenImport

@Suite struct CSVReaderTests {
  /// Reads a whole text in pieces of some size: where a piece ends must not matter.
  private func rows(_ bytes: [UInt8], piece: Int) throws -> (header: [String], rows: [[String]?], lines: [Int]) {
    var rest = bytes[...]
    var reader = CSVReader { () throws(ImportError) in
      defer { rest = rest.dropFirst(piece) }
      return Array(rest.prefix(piece))
    }
    let header = try reader.header()
    var rows: [[String]?] = []
    var lines: [Int] = []
    while let record = try reader.next() {
      rows.append(try? record.fields.get())
      lines.append(record.line)
    }
    return (header, rows, lines)
  }

  private func rows(_ text: String) throws -> [[String]?] { try rows(Array(text.utf8), piece: 1 << 16).rows }

  @Test(arguments: [1, 2, 3, 7, 1 << 16])
  func whereAPieceEndsDoesNotMatter(piece: Int) throws {
    let text = "\u{FEFF}a,b,c\r\n1,\"x, \"\"y\"\"\r\nz\",3\r\n\r\n,,\r\n4,è,\"\"\r\n7,8,9"
    let read = try rows(Array(text.utf8), piece: piece)
    #expect(read.header == ["a", "b", "c"])
    #expect(read.rows == [["1", "x, \"y\"\r\nz", "3"], ["4", "è", ""], ["7", "8", "9"]])
    #expect(read.lines == [2, 6, 7])
  }

  @Test func semicolonsAreFoundInTheHeader() throws {
    #expect(try rows("a;b\n1,5;2\n") == [["1,5", "2"]])
    #expect(try rows("a,b\n1;5,2\n") == [["1;5", "2"]])
  }

  @Test func anOpenQuoteCostsItsOwnLineOnly() throws {
    #expect(try rows("a,b\n1,\"open\n3,4\n5,6\n") == [nil, ["3", "4"], ["5", "6"]])
  }

  @Test func anOpenQuoteBeforeMuchTextCostsItsOwnLineOnly() throws {
    let many = (0..<20_000).map { "\($0),x" }
    let read = try rows("a,b\n\"open,2\n\(many.joined(separator: "\n"))\n")
    #expect(read.count == 20_001)
    #expect(read[0] == nil)
    #expect(read.dropFirst().allSatisfy { $0?.count == 2 })
  }

  @Test func anEndlessLineIsLeftOutWithoutBeingKept() throws {
    let long = String(repeating: "x", count: 300_000)
    #expect(try rows("a,b\n1,\(long)\n3,4\n") == [nil, ["3", "4"]])
    #expect(try rows("a,b\n1,\"\(long)\"\n3,4\n") == [nil, ["3", "4"]])
  }

  @Test func quotesInTheWrongPlaceAreRefused() throws {
    #expect(try rows("a,b\n1,x\"y\n3,\"x\"y\n5,6") == [nil, nil, ["5", "6"]])
  }

  @Test func whatIsNotUTF8CostsItsOwnRowOnly() throws {
    let bytes = Array("a,b\n1,".utf8) + [0xE8] + Array("\n3,4\n".utf8)
    #expect(try rows(bytes, piece: 4).rows == [nil, ["3", "4"]])
  }

  @Test func aCarriageReturnWithinAFieldIsItsText() throws {
    #expect(try rows("a,b\r\n1\r,2\r\n") == [["1\r", "2"]])
  }

  @Test func anEmptyFileHasNoHeader() {
    for text in ["", "\u{FEFF}", "\n\n"] {
      #expect(throws: ImportError.header("the file is empty")) { try rows(text) }
    }
  }
}
