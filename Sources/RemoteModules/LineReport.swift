import AccessModel
import Logging
import Metrics

/// What the operator sees of an instance's calls: counters, the circuit, and a line in the log where it changes.
struct LineReport: Sendable {
  private let instance: String
  private let logger: Logger
  private let heard: @Sendable (RemoteFault) -> Void

  /// - Parameter heard: who else wants to know of every fault.
  init(instance: InstanceID, heard: @escaping @Sendable (RemoteFault) -> Void) {
    self.instance = instance.description
    self.heard = heard
    logger = Logger(label: "varco.\(instance)")
  }

  func outcome(_ word: String) {
    Counter(label: "varco_module_calls_total", dimensions: [("instance", instance), ("outcome", word)]).increment()
  }

  func fault(_ fault: RemoteFault) {
    // What the circuit refused has not been a call.
    outcome(fault.kind == .circuit ? "refused" : "fault")
    Counter(label: "varco_module_faults_total", dimensions: [("instance", instance), ("kind", fault.kind.rawValue)])
      .increment()
    heard(fault)
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

  func lie(_ reason: String) {
    fault(RemoteFault(.claim, reason))
    logger.error("the module said what it may not", metadata: ["reason": "\(reason)"])
  }
}
