import AuthenticatorKit
import RemoteModules
import RemoteModulesTesting
import Testing

/// Where a module may send people: origin by origin, and nowhere else.
@Suite struct RedirectTests {
  private func begun(_ url: String, _ origins: [String]) async throws -> AuthenticationStep {
    let module = RawModule(begin: { .redirect(url) })
    return try await module.run { socket in
      var instance = RemoteInstance()
      instance.redirectsTo = origins
      return try await instance.authenticator(socket: socket).begin(LoginRequest(purpose: .firstLogin))
    }
  }

  @Test(arguments: [
    "https://idp.example", "https://idp.example/", "https://idp.example/login?a=b", "https://idp.example?a=b",
    "https://other.example:8443/x",
  ]) func whatTheOperatorListsIsAllowed(_ url: String) async throws {
    let step = try await begun(url, ["https://idp.example", "https://other.example:8443"])
    #expect(step == .redirect(Redirect(url: url), AuthenticationState(bytes: Array("?".utf8))))
  }

  @Test(arguments: [
    "https://idp.example.evil/", "https://idp.example@evil.example/", "https://idp.example:444/",
    "https://evil.example",
    "https://idp.exampl", "https://IDP.example/", "https://idp.example#/", "https://evil.example/https://idp.example/",
    "https://idp.example\\\\.evil.example/",
  ]) func whatTheOperatorDoesNotListIsALie(_ url: String) async throws {
    #expect(try await begun(url, ["https://idp.example"]) == .denied(.notAllowed))
  }

  @Test func withoutAListNobodyIsSentAnywhere() async throws {
    #expect(try await begun("https://idp.example/", []) == .denied(.notAllowed))
  }
}
