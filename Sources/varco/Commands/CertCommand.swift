import ArgumentParser
import CertificateKit
import Foundation

struct CertCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cert", abstract: "Certificates.", subcommands: [Verify.self])

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Validate a certification path (RFC 5280 section 6), by itself or as that of a CNS.",
      discussion: """
        Files are PEM or DER. Exit status 0: accepted; 1: rejected, with the reason; 2: a file or an option is wrong.
        Without --crls revocation is not checked.

        With --batch, one JSON object a line is read from standard input: {"id", "leaf", "chain", "anchors", "crls", \
        "time", "purpose", "policies", "explicit_policy", "inhibit_policy_mapping", "inhibit_any_policy", "max_depth"}; \
        each is answered with one line {"id", "valid", "reason"}. A key that is none of these is an error.
        """)

    @Option(help: "The certificate to validate; more in the same file count as --chain.") var leaf: String?
    @Option(help: "Certificates that may stand between; trusted for nothing.") var chain: String?
    @Option(help: "Certificates that are trusted.") var anchors: String?
    @Option(help: "Revocation lists: from then on every certificate of the path but the anchor needs one.")
    var crls: String?
    @Option(help: "The time of the validation as RFC 3339 writes it; now unless given.") var time: String?
    @Option(help: "clientAuth or any.") var purpose = "any"
    @Option(help: "An initial policy; may be repeated.") var policy: [String] = []
    @Flag(help: "One of the policies must hold for the whole path.") var requireExplicitPolicy = false
    @Flag(help: "Policies must not be mapped.") var inhibitPolicyMapping = false
    @Flag(help: "anyPolicy counts for no policy.") var inhibitAnyPolicy = false
    @Option(help: "How many certificates may stand between leaf and anchor, 0 to 32.") var maxDepth = 16
    @Option(help: "path, or cns for the profile of the Italian service card on top.") var profile = "path"
    @Flag(help: "Print JSON.") var json = false
    @Flag(help: "Answer requests from standard input.") var batch = false

    func run() async throws {
      if batch { return CertBatch(profile: try chosenProfile()).run() }
      guard let leaf, let anchors else { throw StartError.usage("give --leaf and --anchors, or --batch") }
      let verdict = try question(leaf, anchors).answer()
      if json {
        try Console.json(verdict)
      } else {
        Console.print(verdict.valid ? "accepted" : "rejected: \(verdict.reason)")
      }
      if !verdict.valid { throw ExitCode(1) }
    }

    private func question(_ leaf: String, _ anchors: String) throws(StartError) -> CertQuestion {
      CertQuestion(
        leaf: leaf, chain: [chain].compactMap(\.self), anchors: [anchors], crls: [crls].compactMap(\.self),
        time: try CertQuestion.seconds(time), purpose: try CertQuestion.purpose(purpose),
        policies: PolicyInputs(
          initialPolicies: try CertQuestion.policies(policy), requireExplicitPolicy: requireExplicitPolicy,
          inhibitPolicyMapping: inhibitPolicyMapping, inhibitAnyPolicy: inhibitAnyPolicy),
        maxDepth: try CertQuestion.depth(maxDepth), profile: try chosenProfile())
    }

    private func chosenProfile() throws(StartError) -> CertQuestion.Profile {
      guard let known = CertQuestion.Profile(rawValue: profile) else {
        throw .usage("--profile is path or cns")
      }
      return known
    }
  }
}
