public import AccessModel
public import Sealing

/// Pairwise subject identifiers (OpenID Connect Core section 8.1): the same citizen is somebody else in every sector.
public struct PairwiseSubjects: Sendable {
  private let hash: KeyedHash

  /// - Parameter ring: the ring of purpose `subject`, which never rotates.
  public init(ring: KeyRing) { hash = KeyedHash(ring, purpose: "pairwise subject") }

  public func subject(of citizen: CitizenID, in sector: String) -> String {
    Base64.urlEncode(hash.tag(Array("\(sector)\u{0}\(citizen)".utf8)))
  }
}
