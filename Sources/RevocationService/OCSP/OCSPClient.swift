public import CertificateKit
public import Logging
import Synchronization

/// Asks OCSP responders before a validation, and tells the validation from a cache (RFC 6960).
///
/// `refresh` goes to the network and waits, with a limit; `status` never waits. Each question has a nonce of its own,
/// and questions about one certificate at the same time are one question.
public final class OCSPClient: Sendable {
  private let settings: OCSPSettings
  private let responders: (any RevocationSource)?
  private let world: RevocationWorld
  private let logger: Logger
  private let state: Mutex<State>

  private struct State {
    var cache: OCSPCache
    var underWay: [OCSPCertificateID: Question] = [:]
  }

  private struct Question {
    let task: Task<RevocationStatus, Never>
    var callers = 1
  }

  /// - Parameter responders: who knows whether a responder's certificate is revoked; without it, only responders with
  ///   id-pkix-ocsp-nocheck and authorities themselves are believed.
  public init(
    settings: OCSPSettings, responders: (any RevocationSource)? = nil, world: RevocationWorld, logger: Logger
  ) {
    self.settings = settings
    self.responders = responders
    self.world = world
    self.logger = logger
    state = Mutex(State(cache: OCSPCache(capacity: settings.capacity)))
  }

  /// Callers who wait for an answer.
  var waiting: Int { state.withLock { $0.underWay.values.reduce(0) { $0 + $1.callers } } }

  /// Answers that are kept.
  public var count: Int { state.withLock { $0.cache.count } }

  /// Asks about every certificate of a path but the anchor, at the same time. Only for a path that was validated: a
  /// stranger must not choose whom this machine talks to.
  /// - Returns: one status for each, the leaf's first.
  @discardableResult public func refresh(_ path: ValidatedPath) async -> [RevocationStatus] {
    let pairs = Array(zip(path.certificates, path.certificates.dropFirst()))
    return await withTaskGroup(of: (Int, RevocationStatus).self) { group in
      for (index, pair) in pairs.enumerated() {
        group.addTask { (index, await self.refresh(pair.0, issuedBy: pair.1)) }
      }
      return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  /// Asks about one certificate, unless an answer is there that still holds. Only for one of a validated path.
  @discardableResult public func refresh(
    _ certificate: Certificate, issuedBy issuer: Certificate
  ) async -> RevocationStatus {
    guard let address = address(for: certificate) else { return .unknown(.revocationUnknown, "OCSP: no responder") }
    switch turn(certificate, issuer, address) {
    case .known(let status): return status
    case .asked(let task): return await task.value
    case .full: return .unknown(.revocationUnknown, "OCSP: too many questions under way")
    }
  }

  private enum Turn {
    case known(RevocationStatus)
    case asked(Task<RevocationStatus, Never>)
    case full
  }

  private func turn(_ certificate: Certificate, _ issuer: Certificate, _ address: FetchAddress) -> Turn {
    let id = OCSPCertificateID(of: certificate, issuedBy: issuer)
    let now = world.now()
    return state.withLock { state in
      if state.cache.isCurrent(id, at: now), let known = state.cache.status(of: id, at: now) { return .known(known) }
      if let task = state.underWay[id]?.task {
        state.underWay[id]?.callers += 1
        return .asked(task)
      }
      guard state.underWay.count < max(settings.maximumConcurrent, 1) else { return .full }
      let task = Task { await self.ask(certificate, issuer, id, address) }
      state.underWay[id] = Question(task: task)
      return .asked(task)
    }
  }

  private func address(for certificate: Certificate) -> FetchAddress? {
    settings.responder ?? certificate.ocspURLs.lazy.compactMap { FetchAddress($0) }.first
  }

  private func ask(
    _ certificate: Certificate, _ issuer: Certificate, _ id: OCSPCertificateID, _ address: FetchAddress
  ) async -> RevocationStatus {
    let request = OCSPRequest(for: certificate, issuedBy: issuer, nonce: world.random(32))
    let (status, until, outcome) = await answer(to: request, address)
    world.count("varco_ocsp_requests_total", outcome: outcome)
    if case .unknown(_, let detail) = status {
      logger.warning(
        "no usable answer of an OCSP responder", metadata: ["responder": "\(address)", "reason": "\(detail)"])
    }
    let now = world.now()
    return state.withLock { state in
      state.underWay[id] = nil
      state.cache.keep(status, of: id, until: until ?? now + settings.failurePause, now: now)
      return state.cache.status(of: id, at: now) ?? status
    }
  }

  /// - Returns: a status, how long it holds if it is one, and a word for the metrics.
  private func answer(
    to request: OCSPRequest, _ address: FetchAddress
  ) async -> (status: RevocationStatus, until: Int64?, outcome: String) {
    let exchange = WebExchange(
      address: address, allowsPrivateAddress: settings.responder != nil || settings.allowsPrivateAddresses,
      maximumBytes: OCSPRules.maximumSize, limit: settings.limit,
      headers: [("Content-Type", OCSPRequest.mediaType), ("Accept", "application/ocsp-response")], body: request.der)
    do throws(WebExchange.Failure) {
      let answer = try await exchange.run(world)
      guard answer.status == 200 else { return Self.failure("http-status", "\(answer.status)") }
      let verdict = request.judge(answer.body, by: settings.rules, at: world.now(), responders: responders)
      return (verdict.status, verdict.until, verdict.outcome)
    } catch {
      return Self.failure(error.rawValue, "no answer")
    }
  }

  private static func failure(
    _ outcome: String, _ detail: String
  ) -> (status: RevocationStatus, until: Int64?, outcome: String) {
    (.unknown(.revocationUnknown, "OCSP: \(outcome): \(detail)"), nil, outcome)
  }
}

extension OCSPClient: RevocationSource {
  /// The answer that is kept; after a question that got none, why. nil if nobody asked, or the answer has run out.
  public func status(
    of certificate: Certificate, issuedBy issuer: Certificate, at time: Int64
  ) -> RevocationStatus? {
    let id = OCSPCertificateID(of: certificate, issuedBy: issuer)
    return state.withLock { $0.cache.status(of: id, at: time) }
  }
}

extension OCSPVerdict {
  /// nil if nothing was proven.
  fileprivate var until: Int64? {
    switch self {
    case .good(let until), .revoked(_, _, let until): until
    case .unknown: nil
    }
  }

  /// A word for the metrics.
  fileprivate var outcome: String {
    switch self {
    case .good: "good"
    case .revoked: "revoked"
    case .unknown(let failure, _): failure.rawValue
    }
  }
}
