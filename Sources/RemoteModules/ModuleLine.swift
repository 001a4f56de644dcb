import AccessModel
import AuthenticatorKit
import Foundation
import Logging
import ModuleWire
import Synchronization

/// One instance's calls to its module: bounded, counted, and cut off after repeated faults.
final class ModuleLine: Sendable {
  private struct State {
    var circuit: Circuit
    var inFlight = 0
    /// Whether the process that answers now has said what it is.
    var isGreeted = false
  }

  let settings: RemoteSettings
  let context: AuthenticatorContext
  private let connection: ModuleConnection
  private let report: LineReport
  private let state: Mutex<State>

  init(_ settings: RemoteSettings, _ context: AuthenticatorContext) {
    self.settings = settings
    self.context = context
    connection = ModuleConnection(settings)
    report = LineReport(instance: context.instance)
    state = Mutex(State(circuit: Circuit(threshold: settings.circuitFaults, pause: settings.circuitPause)))
  }

  var isOpen: Bool { state.withLock { $0.circuit.isOpen } }

  /// Sends a message and reads the step that answers it.
  /// - Throws: `busy` where there is too much at once, here or there; `unavailable` for every fault.
  func step(
    _ uri: String, _ message: some Encodable & Sendable, call: String, isRepeatable: Bool
  ) async throws(AuthenticatorFault) -> WireStep.Reading {
    try enter()
    defer { state.withLock { $0.inFlight -= 1 } }
    let reply: Result<WireStep.Reading, AuthenticatorFault>
    do throws(RemoteFault) {
      try await greetIfNeeded()
      switch try await connection.call(uri, try encoded(message), isRepeatable: isRepeatable) {
      case .busy(let seconds): reply = .failure(.busy(retryAfterSeconds: seconds))
      case .message(let bytes): reply = .success(try ModuleLine.read(bytes, for: call))
      }
      succeeded()
    } catch {
      failed(error)
      throw .unavailable("\(error.kind.rawValue): \(error.reason)")
    }
    return try reply.get()
  }

  /// Takes a place, and asks the circuit.
  private func enter() throws(AuthenticatorFault) {
    let now = context.world.now()
    let fault: AuthenticatorFault? = state.withLock { state in
      guard state.inFlight < settings.concurrency else { return .busy(retryAfterSeconds: 1) }
      guard state.circuit.admits(at: now) else { return .unavailable("the circuit is open") }
      state.inFlight += 1
      return nil
    }
    guard let fault else { return }
    if case .unavailable = fault { report.fault(.circuit) } else { report.outcome("busy") }
    throw fault
  }

  private func encoded(_ message: some Encodable) throws(RemoteFault) -> Data {
    try RemoteFault.garbage { () throws(WireError) in try WireCoding.encode(message) }
  }

  private static func read(_ bytes: Data, for call: String) throws(RemoteFault) -> WireStep.Reading {
    try RemoteFault.garbage { () throws(WireError) in try WireCoding.decode(WireStep.self, bytes).read(for: call) }
  }

  /// A process that has not said what it is, or another one in its place, is asked first.
  private func greetIfNeeded() async throws(RemoteFault) {
    guard !state.withLock({ $0.isGreeted }) else { return }
    _ = try await hello()
    state.withLock { $0.isGreeted = true }
  }

  /// Asks the module what it is, and holds it against the configuration.
  func hello() async throws(RemoteFault) -> WireHello {
    guard case .message(let bytes) = try await connection.call(WireProtocol.hello, nil, isRepeatable: true) else {
      throw RemoteFault(.status, "status 503 to hello")
    }
    return try HelloCheck(settings, context).read(bytes)
  }

  /// While nobody is sent to the module: whether it is back.
  func retry() async {
    guard state.withLock({ $0.circuit.isOpen && $0.circuit.admits(at: context.world.now()) }) else { return }
    do throws(RemoteFault) {
      _ = try await hello()
      state.withLock { $0.isGreeted = true }
      succeeded()
    } catch {
      failed(error)
    }
  }

  private func succeeded() {
    let wasOpen = state.withLock { state in
      defer { state.circuit.succeeded() }
      return state.circuit.isOpen
    }
    report.outcome("answered")
    report.circuit(isOpen: false)
    if wasOpen { report.closed() }
  }

  private func failed(_ fault: RemoteFault) {
    let (opened, isOpen) = state.withLock { state in
      let was = state.circuit.isOpen
      state.circuit.failed(at: context.world.now())
      state.isGreeted = false
      return (!was && state.circuit.isOpen, state.circuit.isOpen)
    }
    report.fault(fault.kind)
    report.circuit(isOpen: isOpen)
    if opened { report.opened(fault) }
  }

  /// A lie is a denial for its login, and the line is as good as before.
  func lied(_ reason: String) {
    report.fault(.claim)
    report.claim(reason)
  }
}
