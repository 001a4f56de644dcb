/// The certificates that a validator has at hand: anchors, which are trusted, and intermediates, which only help.
///
/// An anchor is a name and a key that were given in a certificate (RFC 5280 section 6.1.1 (d)). Beyond the RFC the
/// certificate's own validity, basic constraints, name constraints and critical extensions are respected, because a
/// certificate that is used against them was hardly meant to be trusted. An anchor of version 1 has none to respect.
public struct TrustStore: Sendable {
  public let anchors: [Certificate]
  public let intermediates: [Certificate]
  let anchorsBySubject: [DistinguishedName: [Certificate]]
  let intermediatesBySubject: [DistinguishedName: [Certificate]]

  /// - Parameter intermediates: from a trusted list or a cache, for clients that send the leaf alone.
  public init(anchors: [Certificate], intermediates: [Certificate] = []) {
    self.anchors = anchors
    self.intermediates = intermediates
    anchorsBySubject = Dictionary(grouping: anchors, by: \.subject)
    intermediatesBySubject = Dictionary(grouping: intermediates, by: \.subject)
  }

  /// The same intermediates below one anchor.
  init(_ anchor: Certificate, of store: TrustStore) {
    anchors = [anchor]
    intermediates = store.intermediates
    anchorsBySubject = [anchor.subject: [anchor]]
    intermediatesBySubject = store.intermediatesBySubject
  }
}
