import AccessModel
import AuthenticatorKit
import CertificateKit
import Logging
import RevocationService

/// The verdict on a shown chain, in the order of what may be asked: nothing in a certificate is followed, no address and
/// no name, before its path is known to be good.
struct CNSJudge: Sendable {
  enum Verdict {
    case refused(Denial)
    case accepted(CNSSubject, isKnownGood: Bool)
  }

  /// A leaf and more issuers than any card has.
  private static let longestChain = 10
  private static let maximumIntermediates = 5
  /// No issuer of cards has more, and a signature costs the more the longer the key.
  private static let longestRSAKey = 4096
  /// Far beyond any real chain and its lists; whoever connects may have this much work done.
  private static let budget = ValidationBudget(
    steps: 200, signatures: 20, pathCertificates: 40, nameComparisons: 5000)

  private let trust: CNSTrust
  private let profile: CNSProfile
  private let order: RevocationPolicy.Order
  private let unknown: CNSSettings.Unknown
  private let lists: RevocationListKeeper
  private let ocsp: OCSPClient?
  private let pool: CNSValidationPool
  private let logger: Logger

  init(_ settings: CNSSettings, world: World, logger: Logger, pool: CNSValidationPool = CNSValidationPool()) {
    trust = settings.trust
    profile = settings.profile
    order = settings.order
    unknown = settings.unknown
    self.logger = logger
    self.pool = pool
    let clock = RevocationWorld(now: { world.now().seconds }, random: world.random)
    let trust = settings.trust
    let keeper = RevocationListKeeper(
      settings: settings.lists, authorities: { trust.store.anchors + trust.store.intermediates }, world: clock,
      logger: logger)
    lists = keeper
    ocsp = settings.ocsp.map { OCSPClient(settings: $0, responders: keeper, world: clock, logger: logger) }
  }

  /// - Parameters:
  ///   - chain: DER, the leaf first.
  ///   - now: seconds since 1970.
  /// - Throws: ``AuthenticatorFault/busy(retryAfterSeconds:)`` while too many chains are being validated.
  func judge(_ chain: [[UInt8]], at now: Int64) async throws(AuthenticatorFault) -> Verdict {
    guard chain.count <= CNSJudge.longestChain else { return .refused(CNSRefusal.unreadable) }
    let store = trust.store
    let first = try await pool.run { () -> (ValidationRequest, ValidationOutcome)? in
      CNSJudge.request(chain, at: now).map { ($0, validate($0, store)) }
    }
    guard let (request, outcome) = first else { return .refused(CNSRefusal.unreadable) }
    switch outcome {
    case .invalid(let rejection): return .refused(refused(rejection, request.leaf))
    case .valid(let path):
      switch profile.judge(path) {
      case .failure(let mismatch):
        logger.info("not a CNS", metadata: ["reason": "\(mismatch.rawValue)"])
        return .refused(CNSRefusal.mismatch(mismatch))
      case .success(let subject):
        lists.learn(from: path)
        return verdict(on: try await asked(path, request, store), subject, request.leaf)
      }
    }
  }

  /// The path once more after its responders were asked, where the order says so or the lists do not know.
  private func asked(
    _ path: ValidatedPath, _ request: ValidationRequest, _ store: TrustStore
  ) async throws(AuthenticatorFault) -> ValidationOutcome {
    guard let ocsp, order == .sourcesFirst || !path.isKnownGood else { return .valid(path) }
    await ocsp.refresh(path)
    return try await pool.run { validate(request, store) }
  }

  private func verdict(on outcome: ValidationOutcome, _ subject: CNSSubject, _ leaf: Certificate) -> Verdict {
    switch outcome {
    case .invalid(let rejection): return .refused(refused(rejection, leaf))
    case .valid(let path):
      if path.isKnownGood { return .accepted(subject, isKnownGood: true) }
      note(path)
      return unknown == .refuse ? .refused(CNSRefusal.revocationUnknown) : .accepted(subject, isKnownGood: false)
    }
  }

  /// By what is known already: nobody is asked here.
  private func validate(_ request: ValidationRequest, _ store: TrustStore) -> ValidationOutcome {
    let sources: [any RevocationSource] = ocsp.map { [$0] } ?? []
    let policy = RevocationPolicy(lists: lists.lists, sources: sources, order: order, unknown: .reported)
    return PathValidator(trust: store, revocation: policy).validate(request)
  }

  private func refused(_ rejection: Rejection, _ leaf: Certificate) -> Denial {
    logger.info("certificate refused", metadata: ["reason": "\(rejection)"])
    return CNSRefusal.path(rejection, leaf: leaf)
  }

  private func note(_ path: ValidatedPath) {
    for case .unknown(let reason, let detail) in path.revocation {
      logger.warning(
        "revocation unknown", metadata: ["reason": "\(reason.rawValue)", "detail": "\(detail)"])
    }
  }

  private static func request(_ chain: [[UInt8]], at now: Int64) -> ValidationRequest? {
    guard let first = chain.first, let leaf = try? Certificate(der: first) else { return nil }
    return ValidationRequest(
      leaf: leaf, intermediates: helpful(chain.dropFirst()), time: now, purpose: .clientAuth,
      maximumIntermediates: maximumIntermediates, budget: budget)
  }

  /// What came along and cannot be read, or is more than a card has, helps nobody, and harms nobody either.
  private static func helpful(_ others: ArraySlice<[UInt8]>) -> [Certificate] {
    others.prefix(maximumIntermediates).compactMap { try? Certificate(der: $0) }.filter { other in
      switch other.publicKey.kind {
      case .rsa, .rsaPSS: other.publicKey.bits <= longestRSAKey
      default: true
      }
    }
  }
}

extension CNSJudge {
  /// Keeps revocation lists fresh and takes up new anchors, until the task is cancelled.
  func keep() async {
    await withTaskGroup { group in
      group.addTask { await lists.run() }
      group.addTask { await watchTrust() }
    }
  }

  func refresh() async {
    await lists.load()
    await lists.tick()
  }

  private func watchTrust() async {
    while (try? await Task.sleep(for: .seconds(30))) != nil {
      do throws(CNSTrustError) {
        guard try trust.refresh() else { continue }
        logger.notice("trust anchors taken up", metadata: ["count": "\(trust.store.anchors.count)"])
        for problem in trust.problems { logger.warning("left out", metadata: ["reason": "\(problem)"]) }
      } catch {
        logger.error("trust anchors cannot be read; those from before stay", metadata: ["reason": "\(error)"])
      }
    }
  }
}

/// What the module does beside logins.
struct CNSBackground: BackgroundWork {
  let judge: CNSJudge
  func run() async { await judge.keep() }
}
