import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Testing

@testable import SPIDStubProvider

@Suite struct ProviderTests {
  @Test func theProviderSaysNothingOfAnybodyBeforeEverythingIsProven() throws {
    let person = Stage.identity("anna", "BNCNNA62A71F205V", level: .three)
    let provider = StubProvider([person], context: try ModuleBench().context)
    for step in [StubProgress.Step.password, .code, .confirmation] {
      #expect(provider.assertion(of: StubProgress(asked: .three, step: step, user: "anna")) == nil)
    }
    let proven = StubProgress(asked: .three, step: .consent, user: "anna")
    #expect(provider.assertion(of: proven) == person.assertion(.three))
  }
}
