@testable import CertificateKit

/// Policies with all inputs of RFC 5280 section 6.1.1.
enum PolicyCases {
  private static func demanding(
    _ policies: [String] = [], mapping: Bool = false, any: Bool = false
  ) -> @Sendable (inout ValidationRequest) -> Void {
    { request in
      request.policies = PolicyInputs(
        initialPolicies: policies.compactMap { OID($0) }, requireExplicitPolicy: true, inhibitPolicyMapping: mapping,
        inhibitAnyPolicy: any)
    }
  }

  static let all: [AdversarialCase] = [
    AdversarialCase("demanded policy is there", .valid) { $0.ask = demanding([Scene.policy]) },
    AdversarialCase("some policy is demanded", .valid) { $0.ask = demanding() },
    AdversarialCase("demanded policy is another", .refused(.policyMissing)) { $0.ask = demanding([Scene.otherPolicy]) },
    AdversarialCase("one of the demanded policies is there", .valid) {
      $0.ask = demanding([Scene.otherPolicy, Scene.policy])
    },
    AdversarialCase("leaf without policies", .refused(.policyMissing)) {
      $0.leaf.remove(TestExtension.policiesID)
      $0.ask = demanding()
    },
    AdversarialCase("leaf without policies when none is demanded", .valid) {
      $0.leaf.remove(TestExtension.policiesID)
    },
    AdversarialCase("authority without policies", .refused(.policyMissing)) {
      $0.authority.remove(TestExtension.policiesID)
      $0.ask = demanding([Scene.policy])
    },
    AdversarialCase("authority of another policy", .refused(.policyMissing)) {
      $0.authority.put(.policies(Scene.otherPolicy))
      $0.ask = demanding([Scene.policy])
    },
    AdversarialCase("anyPolicy of the authority does not count", .refused(.policyMissing)) {
      $0.ask = demanding([Scene.policy], any: true)
    },
    AdversarialCase("anyPolicy of the authority is inhibited from above", .refused(.policyMissing)) {
      $0.authority.put(.inhibitAnyPolicy(0))
      $0.leaf.put(.policies("2.5.29.32.0"))
      $0.ask = demanding([Scene.policy])
    },
    AdversarialCase("anyPolicy of the leaf", .valid) {
      $0.leaf.put(.policies("2.5.29.32.0"))
      $0.ask = demanding([Scene.policy])
    },
    AdversarialCase("authority demands a policy", .refused(.policyMissing)) {
      $0.leaf.remove(TestExtension.policiesID)
      $0.authority.put(.policyConstraints(requireExplicit: 0))
    },
    AdversarialCase("authority demands a policy and the leaf has one", .valid) {
      $0.authority.put(.policyConstraints(requireExplicit: 0))
    },
    AdversarialCase("mapped policy", .valid) {
      $0.authority.put(.policies(Scene.otherPolicy))
      $0.authority.put(.policyMappings((Scene.otherPolicy, Scene.policy)))
      $0.ask = demanding([Scene.otherPolicy])
    },
    AdversarialCase("mapped policy, when mapping is inhibited", .refused(.policyMissing)) {
      $0.authority.put(.policies(Scene.otherPolicy))
      $0.authority.put(.policyMappings((Scene.otherPolicy, Scene.policy)))
      $0.ask = demanding([Scene.otherPolicy], mapping: true)
    },
    AdversarialCase("mapped policy asked for by its inner name", .refused(.policyMissing)) {
      $0.authority.put(.policies(Scene.otherPolicy))
      $0.authority.put(.policyMappings((Scene.otherPolicy, Scene.policy)))
      $0.ask = demanding([Scene.policy])
    },
    AdversarialCase("the demanded set is everything", .valid) { $0.ask = demanding(["2.5.29.32.0"]) },
  ]
}
