import Testing

@testable import XMLSecKit

/// What most tests ask.
enum Verifying {
  static let limits = XMLLimits(bytes: 1 << 20)

  static func verdict(
    _ document: String, by signers: [SignerKey]? = nil, rules: SignatureRules = SignatureRules(),
    limits: XMLLimits = limits
  ) throws -> XMLVerdict {
    try verdict(Array(document.utf8), by: signers, rules: rules, limits: limits)
  }

  static func verdict(
    _ document: [UInt8], by signers: [SignerKey]? = nil, rules: SignatureRules = SignatureRules(),
    limits: XMLLimits = limits
  ) throws -> XMLVerdict {
    let signers = try signers ?? TestKeys.signer.get().signers
    return try XMLSignatureVerifier(signers: signers, rules: rules, limits: limits).verify(document)
  }

  static let xades = SignatureRules(allowsSignedProperties: true)
}

extension XMLVerdict {
  var root: SignedElement? {
    if case .verified(let xml) = self { xml.root } else { nil }
  }

  var refusal: XMLRefusal? {
    if case .refused(let refusal) = self { refusal } else { nil }
  }
}
