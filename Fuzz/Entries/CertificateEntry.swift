import AccessModel
import CNS
import CertificateKit

/// From bytes to a verdict: certificates, revocation lists and answers of responders, and a validation with them.
public struct CertificateEntry: Sendable {
  private static let profile = CNSProfile(policies: [OID(CNSProfile.cns)].compactMap { $0 })

  private let known: KnownFiles

  public init(known: KnownFiles) { self.known = known }

  /// - Returns: the promise that was broken; nil if all were kept.
  public func brokenPromise(_ bytes: [UInt8]) -> String? {
    let input = FuzzInput(bytes, options: CertificateOptions.count)
    let parts = CertificateParts(input.parts, known)
    if let broken = parts.brokenPromise { return broken }
    guard let leaf = parts.certificates.first else { return nil }
    if let broken = profilePromise(Self.profile.judge(leaf: leaf)) { return broken }
    let options = CertificateOptions(input: input, known: known)
    let validator = validator(parts, options)
    let promises = ValidationPromises(
      request: options.request(parts.certificates, leaf: leaf), trust: validator.trust,
      known: parts.anchors.isEmpty ? known : nil)
    let sources = sources(parts, options)
    if let broken = promises.brokenByStatuses(from: sources, issuers: parts.certificates) { return broken }
    let outcome = validator.validate(promises.request)
    return promises.broken(by: outcome, validator.revocation) ?? cardPromise(outcome, isOpen: !parts.anchors.isEmpty)
  }

  /// - Returns: whether the input's first certificate is a card's, and has a path of which everything that was asked
  ///   about is known.
  public func letsIn(_ bytes: [UInt8]) -> Bool {
    let input = FuzzInput(bytes, options: CertificateOptions.count)
    let parts = CertificateParts(input.parts, known)
    let options = CertificateOptions(input: input, known: known)
    guard let leaf = parts.certificates.first,
      case .valid(let path) = validator(parts, options).validate(options.request(parts.certificates, leaf: leaf)),
      case .success = Self.profile.judge(path)
    else { return false }
    return path.revocation.isEmpty || path.isKnownGood
  }

  private func sources(_ parts: CertificateParts, _ options: CertificateOptions) -> [any RevocationSource] {
    let lists = RevocationLists(parts.lists)
    return [lists, AnsweredSource(answers: parts.answers, rules: options.rules, responders: lists)]
  }

  private func validator(_ parts: CertificateParts, _ options: CertificateOptions) -> PathValidator {
    let policy = RevocationPolicy(
      lists: options.usesLists ? RevocationLists(parts.lists) : nil,
      sources: options.usesSources ? Array(sources(parts, options).dropFirst()) : [], order: options.order,
      unknown: options.unknown)
    return PathValidator(trust: trust(parts, options), revocation: policy)
  }

  /// An input's own anchors take the place of the known ones: then anybody can have signed anything, and only the
  /// promises hold that need no known certificates.
  private func trust(_ parts: CertificateParts, _ options: CertificateOptions) -> TrustStore {
    if !parts.anchors.isEmpty { return TrustStore(anchors: parts.anchors) }
    return options.hasIntermediatesAtHand ? known.trust : known.anchorsAlone
  }

  private func profilePromise(_ judged: Result<CNSSubject, CNSProfile.Mismatch>) -> String? {
    guard case .success(let subject) = judged else { return nil }
    let code = subject.fiscalCode.rawValue.utf8
    let isFine = code.count == 16 && code.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
    return isFine ? nil : "a fiscal code of another form"
  }

  /// Who is let in is the holder of a known card.
  private func cardPromise(_ outcome: ValidationOutcome, isOpen: Bool) -> String? {
    guard case .valid(let path) = outcome else { return nil }
    let judged = Self.profile.judge(path)
    if let broken = profilePromise(judged) { return broken }
    guard case .success = judged, !isOpen else { return nil }
    return known.facts[path.leaf.der]?.words.contains("card") == true ? nil : "a card that is none"
  }
}
