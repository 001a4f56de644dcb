public import AccessModel
public import ScopeGuard

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension TokenVerifier {
  /// The verifier of a service that fetches the broker's keys over HTTP.
  /// - Parameters:
  ///   - issuer: the broker's issuer identifier, as its metadata says it.
  ///   - resource: this service's resource identifier, which must be the token's `aud`.
  ///   - keySet: the broker's `jwks_uri`.
  ///   - authorities: a PEM file of certificate authorities to trust besides the system's, or nil.
  ///   - stepUp: what to name to somebody who may consult and wants to dispose.
  ///   - now: the wall clock; the system's unless a test says otherwise.
  /// - Throws: `ScopeGuardSetupError` for an unsafe address or an unreadable file.
  public convenience init(
    issuer: String, resource: String, keySet: String, authorities: String? = nil, stepUp: StepUp = StepUp(),
    now: @escaping @Sendable () -> Instant = Instant.system
  ) throws(ScopeGuardSetupError) {
    let fetcher = try KeySetFetcher(url: keySet, authorities: authorities)
    self.init(
      issuer: issuer, resource: resource, keys: JWKSCache(now: now, fetch: fetcher.fetch), stepUp: stepUp, now: now)
  }
}

extension Instant {
  /// The system's wall clock, for programs; tests hand in their own.
  @Sendable public static func system() -> Instant {
    Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
  }
}
