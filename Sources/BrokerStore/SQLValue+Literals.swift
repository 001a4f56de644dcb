import AccessModel

extension SQLValue {
  static func optional(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }
  static func optional(_ bytes: [UInt8]?) -> SQLValue { bytes.map(SQLValue.blob) ?? .null }
  static func optional(_ instant: Instant?) -> SQLValue { instant.map(SQLValue.instant) ?? .null }
  static func instant(_ instant: Instant) -> SQLValue { .integer(instant.milliseconds) }
}

extension SQLRow {
  func instant(_ index: Int) throws(StoreError) -> Instant { Instant(milliseconds: try integer(index)) }
  func optionalInstant(_ index: Int) throws(StoreError) -> Instant? {
    try optionalInteger(index).map { Instant(milliseconds: $0) }
  }
}
