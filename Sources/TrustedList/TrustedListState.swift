public import Foundation

/// What is remembered of the list taken last, so that its sequence number never goes back.
public struct TrustedListState: Sendable, Equatable, Codable {
  public let territory: String
  public let sequenceNumber: Int
  public let issued: Date
  public let nextUpdate: Date
  /// SHA-256 of what was signed, in hexadecimal.
  public let contentDigest: String
  /// The anchors' fingerprints in hexadecimal, with their services' names.
  public let services: [String: String]

  /// Whether a newer list should have come.
  public func isStale(at now: Date) -> Bool { nextUpdate < now }

  init(_ list: TrustServiceList, nextUpdate: Date, anchors: [TrustAnchor]) {
    territory = list.territory
    sequenceNumber = list.sequenceNumber
    issued = list.issued
    self.nextUpdate = nextUpdate
    contentDigest = list.contentDigest
    services = Dictionary(anchors.map { ($0.fingerprint.hexadecimal, $0.service) }) { first, _ in first }
  }

  /// - Returns: nil for what ``json`` did not write.
  init?(json: [UInt8]) {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    guard let state = try? decoder.decode(TrustedListState.self, from: Data(json)), state.sequenceNumber >= 0 else {
      return nil
    }
    self = state
  }

  /// For the file beside the anchors: stable, for people to read.
  func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(self)) + [0x0A]
  }
}
