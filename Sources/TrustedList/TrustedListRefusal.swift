public import Foundation
public import XMLSecKit

/// Why a list was not taken. What is installed stays as it is.
public enum TrustedListRefusal: Error, Sendable, Equatable {
  case empty
  case tooLarge(bytes: Int, limit: Int)
  case unsigned
  case signedByAnother
  /// Something was changed after signing.
  case contentChanged
  /// The XML or its signature breaks a rule; the reason says which.
  case xml(XMLRefusal)
  /// An element of ETSI TS 119 612 is missing, repeated, or holds what it must not.
  case malformed(String)
  case version(Int)
  case territory(String)
  /// `ListIssueDateTime` has not come yet.
  case notYetIssued(Date)
  /// `NextUpdate` has passed: there should be a newer list.
  case stale(nextUpdate: Date)
  /// The scheme has ended: `NextUpdate` is empty (section 5.3.15).
  case closed
  case sequenceLower(Int, last: Int)
  /// Another list was already taken under this number.
  case sequenceReused(Int)
  case noFittingService
  /// A certificate of a fitting service is no DER in base64.
  case badCertificate(service: String)

  /// A name that does not change, for logs and JSON.
  public var code: String {
    switch self {
    case .empty: "empty"
    case .tooLarge: "too_large"
    case .unsigned: "unsigned"
    case .signedByAnother: "signed_by_another"
    case .contentChanged: "content_changed"
    case .xml: "xml_refused"
    case .malformed: "malformed"
    case .version: "version"
    case .territory: "territory"
    case .notYetIssued: "not_yet_issued"
    case .stale: "stale"
    case .closed: "closed"
    case .sequenceLower: "sequence_lower"
    case .sequenceReused: "sequence_reused"
    case .noFittingService: "no_fitting_service"
    case .badCertificate: "bad_certificate"
    }
  }

  init(_ refusal: XMLRefusal) {
    self =
      switch refusal {
      case .empty: .empty
      case .tooLarge(let bytes, let limit): .tooLarge(bytes: bytes, limit: limit)
      case .unsigned: .unsigned
      case .otherSigner: .signedByAnother
      case .contentChanged: .contentChanged
      default: .xml(refusal)
      }
  }
}

extension TrustedListRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "the list is empty"
    case .tooLarge(let bytes, let limit): "the list has \(bytes) bytes, more than \(limit)"
    case .unsigned: "the list is not signed"
    case .signedByAnother: "the list is signed by somebody else than the pinned signer"
    case .contentChanged: "the list was changed after it was signed"
    case .xml(let refusal): "the list was refused: \(refusal)"
    case .malformed(let element): "the list's \(element) is missing, repeated or not as ETSI TS 119 612 has it"
    case .version(let number): "the list has TSL version \(number), not 5 or 6"
    case .territory(let territory): "the list is of another territory: \(territory)"
    case .notYetIssued(let time): "the list is issued in the future, on \(time)"
    case .stale(let time): "the list is out of date: its next update was due on \(time)"
    case .closed: "the list is closed: its scheme has ended"
    case .sequenceLower(let number, let last): "the list has sequence number \(number), and \(last) was taken before"
    case .sequenceReused(let number): "another list with sequence number \(number) was taken before"
    case .noFittingService: "no service of the list is of the wanted type and status"
    case .badCertificate(let service): "a certificate of the service “\(service)” cannot be read"
    }
  }
}
