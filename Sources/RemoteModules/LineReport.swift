import AccessModel
import Logging
import Metrics

/// What the operator sees of an instance's calls: counters, the circuit, and a line in the log where it changes.
struct LineReport: Sendable {
  private let instance: String
  private let logger: Logger

  init(instance: InstanceID) {
    self.instance = instance.description
    logger = Logger(label: "varco.\(instance)")
  }

  func outcome(_ word: String) {
    Counter(label: "varco_module_calls_total", dimensions: [("instance", instance), ("outcome", word)]).increment()
  }

  func fault(_ kind: RemoteFault.Kind) {
    outcome("fault")
    Counter(label: "varco_module_faults_total", dimensions: [("instance", instance), ("kind", kind.rawValue)])
      .increment()
  }

  func circuit(isOpen: Bool) {
    Gauge(label: "varco_module_circuit_open", dimensions: [("instance", instance)]).record(isOpen ? 1 : 0)
  }

  func opened(_ fault: RemoteFault) {
    logger.error(
      "circuit opened: nobody is sent to the module for a while",
      metadata: ["kind": "\(fault.kind.rawValue)", "reason": "\(fault.reason)"])
  }

  func closed() { logger.notice("circuit closed: the module answers again") }

  func claim(_ reason: String) { logger.error("the module said what it may not", metadata: ["reason": "\(reason)"]) }
}
