/// Something that a certificate does against RFC 5280's profile, found when it is read and judged when it is used.
struct Defect: Sendable, Equatable {
  /// In which places of a path it matters.
  struct Places: OptionSet, Sendable {
    let rawValue: UInt8
    static let leaf = Places(rawValue: 1)
    static let intermediate = Places(rawValue: 2)
    static let anchor = Places(rawValue: 4)
    static let path: Places = [.leaf, .intermediate]
    static let issuers: Places = [.intermediate, .anchor]
    static let everywhere: Places = [.leaf, .intermediate, .anchor]
  }

  let reason: RejectionReason
  /// Names neither the subject nor the issuer.
  let detail: String
  let places: Places

  init(_ reason: RejectionReason, _ detail: String, _ places: Places = .path) {
    self.reason = reason
    self.detail = detail
    self.places = places
  }
}
