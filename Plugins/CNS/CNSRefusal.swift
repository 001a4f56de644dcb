import AuthenticatorKit
import CertificateKit
import Foundation

/// Why a card is refused, in words: its holder has the key and may know. Stable reasons, and nothing of the certificate
/// but a date.
enum CNSRefusal {
  static let missing = Denial.certificate(
    "certificate-missing", "no certificate was shown: put the card into the reader and choose its certificate")

  static let unreadable = Denial.certificate(
    "certificate-unreadable", "the certificate is damaged or not made as it has to be")

  static let revocationUnknown = Denial.certificate(
    "revocation-unknown", "whether the card has been revoked cannot be found out just now: try again later")

  static let anotherPerson = Denial.certificate(
    "another-person", "the certificate is good, and its holder is not the person who is signed in")

  static func path(_ rejection: Rejection, leaf: Certificate) -> Denial {
    guard rejection.position == 0 || rejection.position == nil else { return issuer(rejection) }
    switch rejection.reason {
    case .expired:
      return dated("certificate-expired", "this certificate expired on", leaf.notAfter)
    case .notYetValid:
      return dated("certificate-not-yet-valid", "this certificate is valid only from", leaf.notBefore)
    case .revoked: return revoked
    case .weakKey, .weakHash, .unsupportedKey, .unsupportedSignatureAlgorithm: return weak
    case .clientKeyUsage: return mismatch(.nonRepudiation)
    case .clientExtendedKeyUsage: return mismatch(.extendedKeyUsage)
    case .noPath, .signatureInvalid, .leafIsAnchor, .keyIdentifierMismatch, .budgetExhausted, .pathTooLong:
      return untrusted
    default: return isAboutRevocation(rejection.reason) ? revocationUnknown : unreadable
    }
  }

  /// What is wrong with an authority's certificate is nothing that the holder of a card could mend.
  private static func issuer(_ rejection: Rejection) -> Denial {
    isAboutRevocation(rejection.reason) ? revocationUnknown : untrusted
  }

  static func mismatch(_ mismatch: CNSProfile.Mismatch) -> Denial {
    switch mismatch {
    case .nonRepudiation, .keyUsage:
      .certificate(
        "certificate-for-signing", "this is not the card's authentication certificate: choose the other one")
    case .policy, .isCA: .certificate("certificate-not-a-cns", "this certificate is not that of a CNS")
    case .extendedKeyUsage: .certificate("certificate-purpose", "this certificate is not made for logging in")
    case .commonName:
      .certificate("certificate-identity", "there is no valid fiscal code where a CNS certificate has it")
    }
  }

  private static let revoked = Denial.certificate(
    "certificate-revoked", "this card has been revoked by the body that issued it")
  private static let weak = Denial.certificate(
    "certificate-weak", "the key or the signature of this certificate is not considered safe any more")
  private static let untrusted = Denial.certificate(
    "certificate-untrusted", "this certificate does not lead to an issuer of CNS cards that is trusted here")

  private static func dated(_ reason: String, _ words: String, _ seconds: Int64) -> Denial {
    let time = Date(timeIntervalSince1970: TimeInterval(seconds))
    let date = time.formatted(.iso8601.year().month().day())
    return .certificate(reason, "\(words) \(date)", facts: ["date": date])
  }

  private static func isAboutRevocation(_ reason: RejectionReason) -> Bool {
    reason == .revocationUnknown || reason.rawValue.hasPrefix("crl-")
  }
}
