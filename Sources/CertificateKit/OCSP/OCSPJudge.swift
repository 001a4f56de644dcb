/// Judges one answer to one question (RFC 6960 section 3.2), step by step.
struct OCSPJudge {
  let request: OCSPRequest
  let rules: OCSPRules
  let now: Int64
  let responders: (any RevocationSource)?

  func verdict(_ bytes: [UInt8]) -> OCSPVerdict {
    do throws(OCSPRefusal) {
      let response = try read(bytes)
      try OCSPResponders(issuer: request.issuer, now: now, revocation: responders).verify(response)
      try checkExtensions(response.extensions)
      try checkNonce(response.extensions)
      let single = try single(of: response)
      try checkExtensions(single.extensions)
      let until = try usableUntil(single, producedAt: response.producedAt)
      return try verdict(single.status, until: until)
    } catch {
      return .unknown(error.failure, error.detail)
    }
  }

  private func read(_ bytes: [UInt8]) throws(OCSPRefusal) -> OCSPBasicResponse {
    let response: OCSPResponse
    do throws(CertificateError) {
      response = try OCSPResponse(bytes)
    } catch {
      throw OCSPRefusal(error)
    }
    try checkStatus(response.status)
    guard let basic = response.basic else {
      throw OCSPRefusal(.unsupportedResponseType, "no basic response")
    }
    return basic
  }

  private func checkStatus(_ status: UInt8) throws(OCSPRefusal) {
    let failure: OCSPFailure
    switch status {
    case 0: return
    case 1: failure = .malformedRequest
    case 2: failure = .internalError
    case 3: failure = .tryLater
    case 5: failure = .signatureRequired
    case 6: failure = .unauthorized
    default: failure = .unknownResponseStatus
    }
    throw OCSPRefusal(failure, "the responder gives no answer (response status \(status))")
  }

  /// The nonce is the one extension that is processed (RFC 6960 section 4.4).
  private func checkExtensions(_ extensions: [ExtensionField]) throws(OCSPRefusal) {
    var seen: Set<OID> = []
    for field in extensions {
      guard seen.insert(field.oid).inserted, !field.hasEncodedDefault else {
        throw OCSPRefusal(.malformed, "the extension \(field.oid) is there twice, or with a default written out")
      }
      guard !field.isCritical || field.oid == OCSPRequest.nonceExtension else {
        throw OCSPRefusal(.unknownCriticalExtension, "the critical extension \(field.oid)")
      }
    }
  }

  private func checkNonce(_ extensions: [ExtensionField]) throws(OCSPRefusal) {
    guard let field = extensions.first(where: { $0.oid == OCSPRequest.nonceExtension }) else {
      guard rules.nonce == .acceptedMissing else { throw OCSPRefusal(.nonceMissing, "the answer has no nonce") }
      return
    }
    let expected = DERWriter.element(DERTag.octetString, request.nonce)
    guard !request.nonce.isEmpty, field.value.elementsEqual(expected) else {
      throw OCSPRefusal(.nonceMismatch, "the answer has another nonce than the question")
    }
  }

  /// Answers about other certificates may stand beside ours; they are never taken for it.
  private func single(of response: OCSPBasicResponse) throws(OCSPRefusal) -> OCSPSingleResponse {
    let matching = response.singles.filter { $0.certificateID == request.certificateID }
    guard let first = matching.first else {
      throw OCSPRefusal(.otherCertificate, "the answer is not about the certificate in question")
    }
    guard matching.count == 1 else { throw OCSPRefusal(.ambiguous, "more than one answer about the certificate") }
    return first
  }

  private func usableUntil(_ single: OCSPSingleResponse, producedAt: Int64) throws(OCSPRefusal) -> Int64 {
    guard single.thisUpdate <= now + rules.skew, producedAt <= now + rules.skew else {
      throw OCSPRefusal(.fromTheFuture, "the answer is from the future")
    }
    guard single.thisUpdate <= producedAt + rules.skew, single.thisUpdate <= single.nextUpdate ?? .max else {
      throw OCSPRefusal(.inconsistentTimes, "the times of the answer contradict each other")
    }
    if let nextUpdate = single.nextUpdate {
      guard nextUpdate >= now else { throw OCSPRefusal(.expired, "a newer answer was due") }
      return nextUpdate
    }
    let until = single.thisUpdate + rules.maximumAge
    guard until >= now else { throw OCSPRefusal(.tooOld, "older than \(rules.maximumAge) s, and no newer one is due") }
    return until
  }

  private func verdict(_ status: OCSPSingleResponse.Status, until: Int64) throws(OCSPRefusal) -> OCSPVerdict {
    switch status {
    case .good: return .good(until: until)
    case .revoked(let time, let reason): return .revoked(at: time, reason, until: until)
    case .unknown: throw OCSPRefusal(.certificateUnknown, "the responder does not know the certificate")
    }
  }
}
