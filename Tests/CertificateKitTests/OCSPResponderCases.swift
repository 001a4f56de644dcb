@testable import CertificateKit

extension OCSPCases {
  /// Whoever signed was not allowed to (RFC 6960 section 4.2.2.2).
  static let responder = [
    OCSPCase("the responder's certificate is not there", .responderMissing) { $0.answer.certificates = [] },
    OCSPCase("the responder's certificate is no certificate", .responderMissing) {
      $0.answer.certificates = [DER.sequence(DER.null)]
    },
    OCSPCase("the responder calls itself otherwise", .responderMissing) {
      $0.answer.responder = DER.constructed(1, DER.name("Altro"))
    },
    OCSPCase("a key hash of other length", .responderMissing) {
      $0.answer.responder = DER.constructed(2, DER.octets([]))
    },
    OCSPCase("a citizen's own certificate answers", .responderNotAuthorised) { scene in
      scene.answer.responder = DER.constructed(1, scene.leaf.subject)
      scene.answer.key = scene.keys.leaf
      scene.answer.certificates = [scene.leaf.issue(by: scene.keys.authority)]
    },
    OCSPCase("no extended key usage", .responderNotAuthorised) { $0.responder.remove(TestExtension.purposesID) },
    OCSPCase("any extended key usage", .responderNotAuthorised) {
      $0.responder.put(.purposes(TestExtension.anyPurpose))
    },
    OCSPCase("a key usage without digitalSignature", .responderNotAuthorised) { $0.responder.put(.keyUsage(1)) },
    OCSPCase("certified by another key in the authority's name", .responderNotAuthorised) {
      $0.responderIssuer = $0.keys.stranger
    },
    OCSPCase("certified by the authority's key in another name", .responderNotAuthorised) {
      $0.responder.issuer = DER.name("Altra CA")
    },
    OCSPCase("certified by the root, not by the authority", .responderNotAuthorised) {
      $0.responder.issuer = $0.authority.issuer
      $0.responderIssuer = $0.keys.root
    },
    OCSPCase("certified by itself", .responderNotAuthorised) {
      $0.responder.issuer = $0.responder.subject
      $0.responderIssuer = $0.keys.second
    },
    OCSPCase("expired a second ago", .responderExpired) {
      $0.responder.setValidity(Scene.now - Scene.year, Scene.now - 1)
    },
    OCSPCase("valid from the next second on", .responderNotYetValid) {
      $0.responder.setValidity(Scene.now + 1, Scene.now + Scene.year)
    },
    OCSPCase("certified with SHA-1", .responderMalformed) { $0.responder.algorithm = .ecdsaSHA1 },
    OCSPCase("a weak key", .responderMalformed) {
      $0.responder.key = $0.keys.weakRSA
      $0.answer.key = $0.keys.weakRSA
      $0.answer.algorithm = .rsaSHA256
    },
    OCSPCase("a critical extension in the responder's certificate", .responderMalformed) {
      $0.responder.put(TestExtension("1.3.6.1.4.1.55555.9", critical: true, DER.null))
    },
    OCSPCase("no id-pkix-ocsp-nocheck, and nobody to ask", .responderRevocationUnknown) {
      $0.responder.remove(OCSPScene.noCheckID)
    },
    OCSPCase("no id-pkix-ocsp-nocheck, and nobody knows", .responderRevocationUnknown) {
      $0.responder.remove(OCSPScene.noCheckID)
      $0.revocation = FixedRevocation(status: .unknown(.crlExpired, "late"))
    },
    OCSPCase("a revoked responder", .responderRevoked) {
      $0.responder.remove(OCSPScene.noCheckID)
      $0.revocation = FixedRevocation(status: .revoked(at: Scene.now - 5, .keyCompromise))
    },
  ]
}
