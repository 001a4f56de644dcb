public import BrokerCore
import Synchronization

/// The catalogue and the policy in force, swapped as one when an operator applies a new catalogue.
public final class BrokerRules: Sendable {
  private let catalogueInForce: Mutex<ServiceCatalogue>
  public let policy: RightsPolicy

  public init(catalogue: ServiceCatalogue, policy: RightsPolicy) {
    catalogueInForce = Mutex(catalogue)
    self.policy = policy
  }

  public var catalogue: ServiceCatalogue { catalogueInForce.withLock { $0 } }
  public var decision: AccessDecision { AccessDecision(catalogue: catalogue, policy: policy) }
  public var flow: LoginFlow { LoginFlow(catalogue: catalogue, policy: policy) }

  public func use(_ catalogue: ServiceCatalogue) { catalogueInForce.withLock { $0 = catalogue } }
}
