import AccessModel
import AuthenticatorKit
import Foundation
import ModuleWire

/// Holds what a module says of itself against what the configuration says.
struct HelloCheck: Sendable {
  private let settings: RemoteSettings
  private let context: AuthenticatorContext

  init(_ settings: RemoteSettings, _ context: AuthenticatorContext) {
    self.settings = settings
    self.context = context
  }

  /// - Throws: ``RemoteFault`` of kind `mismatch` for what can never work, `garbage` for what is no hello.
  func read(_ bytes: Data) throws(RemoteFault) -> WireHello {
    let hello = try HelloCheck.read(bytes)
    try compare(try RemoteFault.garbage { () throws(WireError) in try hello.descriptor() })
    return hello
  }

  /// Reads what a module says of itself, whatever the configuration says.
  static func read(_ bytes: Data) throws(RemoteFault) -> WireHello {
    let version = try RemoteFault.garbage { () throws(WireError) in try WireCoding.decode(WireVersion.self, bytes) }
    guard version.protocol == WireProtocol.version else {
      throw RemoteFault(
        .mismatch, "the module speaks protocol \(version.protocol), this gateway protocol \(WireProtocol.version)")
    }
    let hello = try RemoteFault.garbage { () throws(WireError) in try WireCoding.decode(WireHello.self, bytes) }
    _ = try RemoteFault.garbage { () throws(WireError) in try hello.descriptor() }
    return hello
  }

  private func compare(_ module: AuthenticatorDescriptor) throws(RemoteFault) {
    guard module.role == settings.role else {
      throw RemoteFault(
        .mismatch, "the module is \(module.role.rawValue), the setting role says \(settings.role.rawValue)")
    }
    guard context.level <= module.assurance else {
      throw RemoteFault(
        .mismatch, "the configuration says level \(context.level), the module is worth \(module.assurance) at most")
    }
    guard context.ceiling <= module.ceiling else {
      throw RemoteFault(
        .mismatch,
        "the configuration says ceiling \(context.ceiling.rawValue), the module gives \(module.ceiling.rawValue) at most"
      )
    }
  }
}
