import AccessModel
import ArgumentParser
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Foundation
import PINService

extension PINCommand {
  struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what state a PIN is in, its lock included; never the PIN.")
    @Argument(help: "The fiscal code.") var code: FiscalCodeArgument
    @OptionGroup var options: InstallationOptions
    @OptionGroup var list: ListOptions

    private struct View: Encodable {
      let grade: String
      let form: String
      let state: String
      let created: String
      let changed: String?
      let lastUsed: String?
      let locks: [Lock]
    }

    private struct Lock: Encodable {
      let bucket: String
      let failures: Int
      let until: String
    }

    func run() async throws {
      let code = try code.parsed()
      let installation = try await options.open()
      let pins = try installation.pins()
      let status = try await answering { try await pins.status(of: code) }
      await installation.close()
      let view = view(status, at: installation.world.now())
      if list.json { return try Console.json(view) }
      Console.print("grade: \(view.grade)\nform: \(view.form)\nstate: \(view.state)\ncreated: \(view.created)")
      if let changed = view.changed { Console.print("changed: \(changed)") }
      if let lastUsed = view.lastUsed { Console.print("last used: \(lastUsed)") }
      for lock in view.locks { Console.print("locked until \(lock.until) (\(lock.bucket), \(lock.failures) failures)") }
    }

    private func view(_ status: PINStatus, at now: Instant) -> View {
      let state =
        switch status.verdict {
        case .usable(.none): "usable"
        case .usable(.changeRequired): "must be changed at the next login"
        case .unusable(let reason): "unusable: \(reason.rawValue)"
        }
      return View(
        grade: status.grade.rawValue, form: status.form.rawValue, state: state, created: status.createdAt.text,
        changed: status.changedAt?.text, lastUsed: status.lastUsedAt?.text,
        locks: status.attempts.filter { $0.lockedUntil > now }
          .map { Lock(bucket: $0.bucket, failures: $0.failures, until: $0.lockedUntil.text) })
    }
  }
}

extension Instant {
  /// RFC 3339, in UTC.
  var text: String {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
  }
}
