/// What a signature must look like, beside what holds for all of them: one signature in the document, a child of the
/// root, enveloped, with one reference to the whole document, SHA-256 or better, RSA or ECDSA.
public struct SignatureRules: Sendable, Equatable {
  /// The attribute without a namespace that names the root in a reference: `Id` in trusted lists, `ID` in SAML.
  public let identifier: String
  /// Whether a second reference to XAdES' `SignedProperties` is let in. Its digest is verified; nothing is read from it.
  public let allowsSignedProperties: Bool

  public init(identifier: String = "Id", allowsSignedProperties: Bool = false) {
    self.identifier = identifier
    self.allowsSignedProperties = allowsSignedProperties
  }
}
