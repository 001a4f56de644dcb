import CertificateKit

/// Answers of OCSP responders as a source: each is judged as if it had just come for the certificate in question.
struct AnsweredSource: RevocationSource {
  /// What `seeds.sh` puts into its questions.
  static let nonce = Array("varco-fuzz-nonce".utf8)

  let answers: [[UInt8]]
  let rules: OCSPRules
  let responders: RevocationLists

  func status(of certificate: Certificate, issuedBy issuer: Certificate, at time: Int64) -> RevocationStatus? {
    let request = OCSPRequest(for: certificate, issuedBy: issuer, nonce: Self.nonce)
    var unknown: RevocationStatus?
    for answer in answers.prefix(4) {
      let status = request.judge(answer, by: rules, at: time, responders: responders).status
      guard case .unknown = status else { return status }
      unknown = unknown ?? status
    }
    return unknown
  }
}
