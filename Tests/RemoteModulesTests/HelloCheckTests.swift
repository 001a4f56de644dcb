import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Foundation
import ModuleWire
import RemoteModulesTesting
import Testing

@testable import RemoteModules

/// What a module says of itself, held against what the configuration pins.
@Suite struct HelloCheckTests {
  private static let hello = RawModule.hello()

  private func check(
    _ hello: String, role: String = "primary", level: AssuranceLevel = .none, ceiling: AccessRight = .consultation
  ) throws -> WireHello {
    var instance = RemoteInstance()
    instance.role = role
    var settings = instance.settings(socket: "/run/m.sock")
    let context = AuthenticatorContext(
      instance: try #require(InstanceID("remote")), issuer: "", credentials: FixedVault(),
      storage: MemoryModuleStorage(clock: instance.clock), world: .deterministic(clock: instance.clock),
      ceiling: ceiling, level: level)
    return try HelloCheck(try RemoteSettings(&settings), context).read(Data(hello.utf8))
  }

  private func fault(
    _ hello: String, role: String = "primary", level: AssuranceLevel = .none, ceiling: AccessRight = .consultation
  ) throws -> RemoteFault {
    try #require(throws: RemoteFault.self) { try check(hello, role: role, level: level, ceiling: ceiling) }
  }

  @Test func aModuleMayBeWorthMoreThanTheConfigurationPinsAndNeverLess() throws {
    for said in AssuranceLevel.allCases {
      for pinned in AssuranceLevel.allCases {
        let hello = RawModule.hello(assurance: said.description)
        if pinned <= said {
          #expect(try check(hello, level: pinned).assurance == said.description)
        } else {
          let reason = "the configuration says level \(pinned), the module is worth \(said) at most"
          #expect(try fault(hello, level: pinned) == RemoteFault(.mismatch, reason))
        }
      }
    }
  }

  @Test func aModuleMayGiveMoreThanTheConfigurationPinsAndNeverLess() throws {
    _ = try check(RawModule.hello(ceiling: "dispositive"), ceiling: .dispositive)
    _ = try check(RawModule.hello(ceiling: "dispositive"), ceiling: .consultation)
    let reason = "the configuration says ceiling dispositive, the module gives consultation at most"
    #expect(try fault(HelloCheckTests.hello, ceiling: .dispositive) == RemoteFault(.mismatch, reason))
  }

  @Test func theRoleMustBeTheConfiguredOne() throws {
    _ = try check(RawModule.hello(role: "second-factor"), role: "second-factor")
    let reason = "the module is primary, the setting role says second-factor"
    #expect(try fault(HelloCheckTests.hello, role: "second-factor") == RemoteFault(.mismatch, reason))
    #expect(try fault(RawModule.hello(role: "second-factor")).kind == .mismatch)
  }

  /// Another version may have other fields, so that nothing else is read of it.
  @Test(arguments: ["0", "2", "-1"]) func anotherProtocolIsNamedWithOurs(_ version: String) throws {
    let reason = "the module speaks protocol \(version), this gateway protocol 1"
    #expect(try fault(#"{"protocol": \#(version)}"#) == RemoteFault(.mismatch, reason))
  }

  @Test(arguments: ["", "[]", "{}", #"{"protocol": "1"}"#, #"{"protocol": 1}"#, RawModule.hello(role: "zz9")])
  func whatIsNoHelloIsGarbage(_ text: String) throws {
    let fault = try fault(text)
    #expect(fault.kind == .garbage)
    #expect(!fault.reason.contains("zz9"))
  }
}
