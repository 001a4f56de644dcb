extension Refusal.Code {
  /// The `title` of RFC 9457: the same for every occurrence.
  var title: String {
    switch self {
    case .missingToken: "An access token is needed"
    case .invalidRequest: "The authorization is malformed"
    case .invalidToken: "The access token is not valid"
    case .insufficientScope: "The access token does not cover this"
    case .insufficientUserAuthentication: "A stronger or more recent login is needed"
    }
  }
}

extension Refusal.Reason {
  /// One fixed sentence for each finding; never anything that was sent.
  var detail: String {
    switch self {
    case .noToken: "Send an access token in the Authorization header."
    case .manyAuthorizations: "There is more than one Authorization header."
    case .malformedAuthorization: "The Authorization header is not 'Bearer' and one token."
    case .oversize: "The access token is too long."
    case .malformed: "The access token cannot be read."
    case .wrongType: "This is not an access token."
    case .wrongAlgorithm: "The access token is signed in a way that is not accepted here."
    case .unknownKey, .badSignature: "The access token's signature is not right."
    case .wrongIssuer: "The access token comes from another issuer."
    case .wrongAudience: "The access token is meant for another service."
    case .senderConstrained: "The access token is bound to a key and cannot be used as a bearer token."
    case .expired: "The access token has expired."
    case .notYetValid: "The access token is not valid yet."
    case .scopeMissing: "The access token lacks the scope of this operation."
    case .consultationOnly: "The access token allows to consult this service, not to dispose."
    case .authenticationTooOld: "The login behind the access token is too long ago."
    }
  }
}
