/// Finds out whether an authenticator keeps the rules that the host relies on.
///
/// Findings are values, so that a test and a command can both run it: a command prints them, the wrapper
/// `expectConforms` in AuthenticatorTesting records them as test issues. Without a ``Script`` only the rules that need
/// no credential are checked.
public struct AuthenticatorConformance: Sendable {
  let authenticator: any Authenticator
  let script: Script?
  let sightings = Sightings()

  public init(_ authenticator: any Authenticator, script: Script? = nil) {
    self.authenticator = WatchedAuthenticator(watched: authenticator, sightings: sightings)
    self.script = script
  }

  /// Checks every rule; right answers come before wrong ones, because wrong ones may lock the script's credential.
  /// - Returns: what was found, empty for a module that conforms. The order of the rules, then the order of discovery.
  public func run() async -> [Finding] { await examine().findings }

  /// The same, with the rules about which nothing can be said.
  public func examine() async -> Examination {
    let findings = await allFindings()
    let broken = Set(findings.map(\.rule))
    return Examination(
      findings: findings, unchecked: uncheckedRules().filter { !broken.contains($0.key) },
      hasVerified: sightings.seen.contains(.verified))
  }

  private func allFindings() async -> [Finding] {
    var findings = await beginFindings()
    if let script {
      findings += await rightAnswerFindings(script)
      findings += await subjectFindings(script)
      findings += await stateFindings(script)
      findings += await spellingFindings(script)
      findings += await wrongAnswerFindings(script)
    }
    findings += await hostileAnswerFindings()
    findings += await hostileStateFindings()
    return findings.uniqued()
  }

  /// What a run came to.
  public struct Examination: Sendable {
    /// Empty for a module that conforms.
    public let findings: [Finding]
    /// The rules about which the run says nothing, and why. Every other one is kept, or has a finding.
    public let unchecked: [Rule: String]
    /// Whether any login ended verified.
    public let hasVerified: Bool
  }

  /// One rule that was broken, and how.
  public struct Finding: Sendable, Hashable, CustomStringConvertible {
    public let rule: Rule
    /// One sentence for the module's author; holds no answer, no state and no fiscal code.
    public let sentence: String

    public init(_ rule: Rule, _ sentence: String) {
      self.rule = rule
      self.sentence = sentence
    }

    public var description: String { "\(rule.rawValue): \(sentence)" }
  }
}

extension [AuthenticatorConformance.Finding] {
  /// Each finding once, where it was first made: one defect shows in many conversations.
  fileprivate func uniqued() -> Self {
    var seen = Set<AuthenticatorConformance.Finding>()
    return filter { seen.insert($0).inserted }
  }
}
