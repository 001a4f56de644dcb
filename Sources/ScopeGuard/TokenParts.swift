/// A JWS in compact serialisation (RFC 7515 section 7.1), taken apart and not yet believed.
struct TokenParts {
  let algorithm: SignatureAlgorithm
  let keyID: String
  /// What the signature covers.
  let signingInput: ArraySlice<UInt8>
  let signature: [UInt8]
  let encodedClaims: ArraySlice<UInt8>

  init(_ token: [UInt8]) throws(TokenFlaw) {
    let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Base64URL.decode(parts[0]), let signature = Base64URL.decode(parts[2]) else {
      throw TokenFlaw(.malformed)
    }
    (algorithm, keyID) = try TokenParts.read(header: header)
    signingInput = token[..<parts[1].endIndex]
    encodedClaims = parts[1]
    self.signature = signature
  }

  /// The header of RFC 9068 section 2.1. `crit` names extensions that must be understood, and we understand none
  /// (RFC 7515 section 4.1.11).
  private static func read(header bytes: [UInt8]) throws(TokenFlaw) -> (SignatureAlgorithm, String) {
    guard let header = (try? JSONValue(parsing: bytes))?.object else { throw TokenFlaw(.malformed) }
    guard let type = header["typ"]?.string?.lowercased(), ["at+jwt", "application/at+jwt"].contains(type) else {
      throw TokenFlaw(.wrongType)
    }
    guard header["crit"] == nil else { throw TokenFlaw(.malformed) }
    guard let algorithm = header["alg"]?.string.flatMap(SignatureAlgorithm.init) else {
      throw TokenFlaw(.wrongAlgorithm)
    }
    guard let keyID = header["kid"]?.string, (1...128).contains(keyID.utf8.count) else { throw TokenFlaw(.unknownKey) }
    return (algorithm, keyID)
  }
}

/// The signature algorithms that count: a list to allow, so that `none` and the symmetric ones never come up.
enum SignatureAlgorithm: String, Sendable {
  case es256 = "ES256"
  case rs256 = "RS256"
}

/// Why a token is refused, on its way to becoming a ``Refusal``.
struct TokenFlaw: Error {
  let reason: Refusal.Reason
  init(_ reason: Refusal.Reason) { self.reason = reason }
}
