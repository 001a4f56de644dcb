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

  init(
    _ settings: RemoteSettings, _ context: AuthenticatorContext,
    heard: @escaping @Sendable (RemoteFault) -> Void = { _ in }
  ) {
    self.settings = settings
    self.context = context
    connection = ModuleConnection(settings)
    report = LineReport(instance: context.instance, heard: heard)
    state = Mutex(State(circuit: Circuit(threshold: settings.circuitFaults, pause: settings.circuitPause)))
  }

  var isOpen: Bool { state.withLock { $0.circuit.isOpen } }

  func begin(_ message: WireBegin) async throws(AuthenticatorFault) -> WireStep.Reading {
    try await step(.begin, message, named: message.call)
  }

  func resume(_ message: WireResume) async throws(AuthenticatorFault) -> WireStep.Reading {
    try await step(.resume, message, named: message.call)
  }

  /// Sends a message and reads the step that answers it.
  /// - Throws: `busy` where there is too much at once, here or there; `unavailable` for every fault.
  private func step(
    _ call: Circuit.Call, _ message: some Encodable & Sendable, named name: String
  ) async throws(AuthenticatorFault) -> WireStep.Reading {
    // Before anything is counted: what somebody typed must not close the module to everybody else.
    guard let body = try? WireCoding.encode(message), body.count <= WireProtocol.maximumBytes else {
      report.outcome("too-long")
      return .denied(.badCredentials)
    }
    try enter()
    defer { state.withLock { $0.inFlight -= 1 } }
    let reply: Result<WireStep.Reading, AuthenticatorFault>
    do throws(RemoteFault) { reply = try await exchange(call, body, named: name) } catch {
      failed(call, error)
      throw error.fault(of: call)
    }
    succeeded(call)
    return try reply.get()
  }

  private func exchange(
    _ call: Circuit.Call, _ body: Data, named name: String
  ) async throws(RemoteFault) -> Result<WireStep.Reading, AuthenticatorFault> {
    try await greetIfNeeded()
    let uri = call == .begin ? WireProtocol.begin : WireProtocol.resume
    do throws(RemoteFault) {
      switch try await connection.call(uri, body, isRepeatable: call == .begin) {
      case .busy(let seconds): return .failure(.busy(retryAfterSeconds: seconds))
      case .message(let bytes): return .success(try ModuleLine.read(bytes, for: name))
      }
    } catch { throw error.ofAMessage }
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
    if case .unavailable(let reason) = fault {
      report.fault(RemoteFault(.circuit, reason))
    } else {
      report.outcome("busy")
    }
    throw fault
  }

  private static func read(_ bytes: Data, for call: String) throws(RemoteFault) -> WireStep.Reading {
    try RemoteFault.garbage { () throws(WireError) in try WireCoding.decode(WireStep.self, bytes).read(for: call) }
  }

  /// A process that has not said what it is, or another one in its place, is asked first.
  private func greetIfNeeded() async throws(RemoteFault) {
    guard !state.withLock({ $0.isGreeted }) else { return }
    do throws(RemoteFault) { _ = try await hello() } catch {
      // What a person answered has not been sent.
      var fault = error
      fault.isAfterSending = false
      throw fault
    }
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
    let now = context.world.now()
    let trial = state.withLock { state in
      state.circuit.isOpen && state.circuit.admits(at: now) ? state.circuit.trial : nil
    }
    guard let trial else { return }
    do throws(RemoteFault) {
      _ = try await hello()
      state.withLock { state in
        state.isGreeted = true
        state.circuit.greeted(in: trial, at: context.world.now())
      }
    } catch {
      failed(.begin, error)
    }
  }

  private func succeeded(_ call: Circuit.Call) {
    let wasOpen = state.withLock { state in
      defer { state.circuit.succeeded(call) }
      return state.circuit.isOpen
    }
    report.outcome("answered")
    report.circuit(isOpen: false)
    if wasOpen { report.closed() }
  }

  private func failed(_ call: Circuit.Call, _ fault: RemoteFault) {
    let (opened, isOpen) = state.withLock { state in
      let was = state.circuit.isOpen
      state.circuit.failed(call, at: context.world.now())
      // A process that is late is the one that was greeted.
      if fault.kind != .deadline { state.isGreeted = false }
      return (!was && state.circuit.isOpen, state.circuit.isOpen)
    }
    report.fault(fault)
    report.circuit(isOpen: isOpen)
    if opened { report.opened(fault) }
  }

  /// A lie is a denial for its login, and the line is as good as before.
  func lied(_ reason: String) { report.lie(reason) }
}
