import AccessModel

extension VerifiedToken {
  /// Reads the claims of RFC 9068 section 2.2, once the signature has been checked.
  init(claims bytes: [UInt8], issuer: String, audience: String) throws(TokenFlaw) {
    guard let claims = (try? JSONValue(parsing: bytes))?.object else { throw TokenFlaw(.malformed) }
    guard claims["iss"]?.string == issuer else { throw TokenFlaw(.wrongIssuer) }
    guard VerifiedToken.audience(claims["aud"]) == audience else { throw TokenFlaw(.wrongAudience) }
    // Whoever shows a sender-constrained token as a bearer has not shown that it is theirs (RFC 9449 section 7.2).
    guard claims["cnf"] == nil else { throw TokenFlaw(.senderConstrained) }
    self.issuer = issuer
    subject = try VerifiedToken.text(claims["sub"])
    clientID = try VerifiedToken.text(claims["client_id"])
    jti = try VerifiedToken.text(claims["jti"])
    expiresAt = try VerifiedToken.date(claims["exp"])
    issuedAt = try VerifiedToken.date(claims["iat"])
    notBefore = try VerifiedToken.optional(claims["nbf"], VerifiedToken.date)
    authTime = try VerifiedToken.optional(claims["auth_time"], VerifiedToken.date)
    acr = try VerifiedToken.optional(claims["acr"], VerifiedToken.text)
    scopes = try VerifiedToken.optional(claims["scope"], VerifiedToken.scopes) ?? ScopeList([])
    amr = try VerifiedToken.optional(claims["amr"], VerifiedToken.texts) ?? []
    actor = try VerifiedToken.optional(claims["act"], VerifiedToken.actorSubject)
  }

  /// A token has one audience (architecture section 2); the array form may hold just that one.
  private static func audience(_ value: JSONValue?) -> String? {
    if let text = value?.string { return text }
    guard let list = value?.strings, list.count == 1 else { return nil }
    return list[0]
  }

  private static func text(_ value: JSONValue?) throws(TokenFlaw) -> String {
    guard let text = value?.string, !text.isEmpty else { throw TokenFlaw(.malformed) }
    return text
  }

  private static func texts(_ value: JSONValue?) throws(TokenFlaw) -> [String] {
    guard let texts = value?.strings else { throw TokenFlaw(.malformed) }
    return texts
  }

  /// A `NumericDate` (RFC 7519 section 2), which may have a fraction.
  private static func date(_ value: JSONValue?) throws(TokenFlaw) -> Instant {
    guard let seconds = value?.number, abs(seconds) < 1e12 else { throw TokenFlaw(.malformed) }
    return Instant(milliseconds: Int64(seconds * 1000))
  }

  private static func scopes(_ value: JSONValue?) throws(TokenFlaw) -> ScopeList {
    guard let text = value?.string, let scopes = ScopeList(parsing: text) else { throw TokenFlaw(.malformed) }
    return scopes
  }

  private static func actorSubject(_ value: JSONValue?) throws(TokenFlaw) -> String {
    try text(value?.object?["sub"])
  }

  /// Nil where the claim is absent; a claim that is there must be right.
  private static func optional<Value>(
    _ value: JSONValue?, _ read: (JSONValue?) throws(TokenFlaw) -> Value
  ) throws(TokenFlaw) -> Value? {
    guard let value else { return nil }
    return try read(value)
  }
}
