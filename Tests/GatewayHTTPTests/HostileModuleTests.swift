import AccessModel
import AuthenticatorKit
import BrokerCore
import Testing

/// Safety sentence 8: a module that fails, hangs or lies is a denial for its own login and nothing else.
@Suite struct HostileModuleTests {
  private func desk(_ behaviour: HostileModule.Behaviour, asserts: Bool = false) async throws -> Desk {
    let row = RightsPolicy.Row(
      instance: try #require(InstanceID("hostile")), ceiling: .dispositive, level: .high, acr: "urn:acr:x", amr: ["x"],
      assertsFiscalCode: asserts)
    return try await Desk([(row, HostileModule(behaviour: behaviour))], moduleDeadline: .seconds(20))
  }

  @Test(arguments: HostileModule.Behaviour.allCases)
  func safety8AHostileModuleIsADenialAndNothingElse(_ behaviour: HostileModule.Behaviour) async throws {
    let desk = try await desk(behaviour)
    let refused = try await desk.begin(["authenticator": "hostile"], scope: "consultazione:slip dispositivo:apply")
    #expect(refused.status == 400)
    #expect(refused["error"] == "access_denied")
    #expect(refused["error_description"] == "the credentials were not accepted")
    let pin = try await desk.pin(Desk.mario)
    let accepted = try await desk.begin([
      "authenticator": "pin-ordinario", "fiscal_code": Desk.mario, "pin": pin.utf8Text ?? "",
    ])
    #expect(accepted.status == 200)
  }

  @Test func aStepUpThatProvesSomebodyElseIsRefused() async throws {
    let desk = try await desk(.claimsAnotherPerson, asserts: true)
    let pin = try await desk.pin(Desk.mario)
    let login = try await desk.begin([
      "authenticator": "pin-ordinario", "fiscal_code": Desk.mario, "pin": pin.utf8Text ?? "",
    ])
    let session = try #require(login["auth_session"])
    let stepUp = try await desk.begin(["auth_session": session], scope: "dispositivo:apply")
    #expect(stepUp["error"] == "access_denied")
    #expect(stepUp["authorization_code"] == nil)
  }
}
