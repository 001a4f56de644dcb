import AccessModel
import AuthenticatorKit
import ModuleWire
import Testing

/// The wire has no contexts: what a login in one of them was worth goes along as a right and a level.
@Suite struct SayableIdentityTests {
  private static let contexts = [
    AuthenticationContext(acr: "urn:one", level: .low, right: .consultation),
    AuthenticationContext(acr: "urn:two", level: .substantial, right: .consultation),
    AuthenticationContext(acr: "urn:three", level: .high, right: .dispositive),
  ]

  private func module(_ contexts: [AuthenticationContext] = contexts) -> AuthenticatorDescriptor {
    AuthenticatorDescriptor(role: .primary, assurance: .high, amr: [], ceiling: .dispositive, contexts: contexts)
  }

  private func reading(_ identity: VerifiedIdentity, of module: AuthenticatorDescriptor) throws -> WireStep.Reading {
    try WireStep(call: "a", .verified(identity), of: module).read(for: "a")
  }

  @Test func aLoginInAWeakContextIsWorthNoMoreThanTheContext() throws {
    let weak = VerifiedIdentity(subject: .local("anna"), acr: "urn:one")
    #expect(try reading(weak, of: module()) == .verified(.local("anna"), right: .consultation, level: .low))
    let middle = VerifiedIdentity(subject: .local("anna"), acr: "urn:two")
    #expect(try reading(middle, of: module()) == .verified(.local("anna"), right: .consultation, level: .substantial))
  }

  @Test func aLoginInTheStrongestContextIsWorthWhatTheInstanceIs() throws {
    let strong = VerifiedIdentity(subject: .local("anna"), acr: "urn:three")
    #expect(try reading(strong, of: module()) == .verified(.local("anna"), right: nil, level: nil))
  }

  @Test func aLoginWithoutAContextIsWorthTheWeakest() throws {
    let unnamed = VerifiedIdentity(subject: .local("anna"))
    #expect(try reading(unnamed, of: module()) == .verified(.local("anna"), right: .consultation, level: .low))
  }

  @Test func whatLowersALoginWithinItsContextStays() throws {
    let lowered = VerifiedIdentity(
      subject: .local("anna"), right: .consultation, level: AssuranceLevel.none, acr: "urn:three")
    #expect(try reading(lowered, of: module()) == .verified(.local("anna"), right: .consultation, level: .some(.none)))
  }

  @Test func whatTheWireCannotSayIsADenial() throws {
    let foreign = VerifiedIdentity(subject: .local("anna"), acr: "urn:four")
    #expect(try reading(foreign, of: module()) == .denied(.notAllowed))
    let uncalled = VerifiedIdentity(subject: .local("anna"), acr: "urn:one")
    #expect(try reading(uncalled, of: module([])) == .denied(.notAllowed))
    let unchanged = VerifiedIdentity(subject: .local("anna"), upkeep: .changeRequired)
    #expect(try reading(unchanged, of: module([])) == .denied(.notAllowed))
  }
}
