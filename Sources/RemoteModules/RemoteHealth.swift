import AccessModel
import AuthenticatorKit
import ModuleWire

/// Whether the module's process can be used now.
struct RemoteHealth: AuthenticatorHealth {
  let line: ModuleLine

  func state() async -> HealthState {
    do throws(RemoteFault) {
      let hello = try await line.hello()
      let version = hello.version.map { " \($0)" } ?? ""
      return .ready("\(hello.name)\(version), protocol \(hello.protocol)\(circuit)")
    } catch {
      return switch error.kind {
      case .mismatch: .unusable(error.reason)
      case .peer: .foreign(error.reason + circuit)
      default: .away(error.reason + circuit)
      }
    }
  }

  private var circuit: String { line.isOpen ? "; its circuit is open" : "" }
}

/// Looks whether a module is back to which nobody is sent, so that no login has to find out.
struct RemoteRetry: BackgroundWork {
  let line: ModuleLine

  func run() async {
    while !Task.isCancelled {
      do { try await Task.sleep(for: .milliseconds(line.settings.circuitPause.milliseconds)) } catch { return }
      await line.retry()
    }
  }
}
