import AccessModel
import AuthenticatorKit
import BrokerCore
import RemoteModules
import SPIDStub
import Sealing

/// What a module type is by itself, read from its own descriptor.
struct ModuleNature: Sendable {
  let isPrimary: Bool
  let ceiling: AccessRight
  let level: AssuranceLevel
  let amr: [String]
  /// PINs and cards name their citizen by fiscal code; a second factor repeats the one who is signed in.
  let assertsFiscalCode: Bool
  /// What it says to the operator.
  let warnings: [String]
  var contexts: [AuthenticationContext] = []
  /// What an instance is worth whose configuration says nothing: of a module from outside, little.
  var usualCeiling: AccessRight
  var usualLevel: AssuranceLevel

  /// Builds an instance of the type with its settings, to ask it; an unknown type may do nothing.
  static func of(_ type: String, settings: Settings, issuer: String) throws(ConfigurationError) -> ModuleNature {
    guard let id = InstanceID("probe"),
      let module = try builtInModules.make(type: type, settings: settings, context: probe(id, issuer))
    else { return .unknown }
    let descriptor = module.descriptor
    let isForeign = type == RemoteAuthenticator.type
    return ModuleNature(
      isPrimary: descriptor.role == .primary, ceiling: descriptor.ceiling, level: descriptor.assurance,
      amr: descriptor.amr, assertsFiscalCode: namesCitizens.contains(type),
      warnings: module.warnings, contexts: descriptor.contexts,
      usualCeiling: isForeign ? .consultation : descriptor.ceiling, usualLevel: isForeign ? .none : descriptor.assurance
    )
  }

  /// The types whose credentials are made out to a fiscal code (architecture, *Who is it*).
  private static let namesCitizens: Set = ["pin-ordinario", "pin-dispositivo", "cns", "spid-stub"]

  /// The types whose credentials are written in a file for anybody to read.
  static func isForTests(_ type: String) -> Bool { type == SPIDStubAuthenticator.type }

  private static func probe(_ id: InstanceID, _ issuer: String) -> AuthenticatorContext {
    AuthenticatorContext(
      instance: id, issuer: issuer, credentials: UnavailableVault("no vault"),
      storage: UnavailableStorage("no storage"),
      world: World(now: { Instant(seconds: 0) }, random: { [UInt8](repeating: 0, count: $0) }))
  }

  /// Of a module that cannot be asked: nobody logs in with it, because the start ends. Nothing is known of it, so that
  /// nothing is complained about besides what is wrong.
  static let unknown = ModuleNature(
    isPrimary: true, ceiling: .dispositive, level: .high, amr: [], assertsFiscalCode: false, warnings: [],
    usualCeiling: .dispositive, usualLevel: .high)
}
