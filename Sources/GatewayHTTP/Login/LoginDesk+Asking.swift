import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import PINService
import Sealing
import TokenService

extension LoginDesk {
  func ask(
    _ prompt: Prompt, _ memory: AuthenticationState, _ run: inout LoginRun
  ) async throws(OAuthError) -> ChallengeReply {
    run.conversation.memory = memory.bytes
    run.conversation.open(prompt)
    return try await ask(PromptView(prompt, authenticator: run.conversation.flow.conversing?.description), &run)
  }

  /// Lets the person choose where to log in.
  static func choice(_ instances: [InstanceID]) -> PromptView {
    PromptView(
      id: "authenticator", message: "Choose one of the options with the parameter authenticator.",
      options: instances.map(\.description))
  }

  func ask(_ prompt: PromptView, _ run: inout LoginRun) async throws(OAuthError) -> ChallengeReply {
    let name = try await keep(run)
    return .more(ChallengeQuestion(authSession: name, expiresIn: remaining(run), prompt: prompt))
  }

  /// Stores the conversation under a new name: each step has its own, and the old one is worth nothing.
  func keep(
    _ run: LoginRun, arrival: (hash: [UInt8], stored: StoredArrival)? = nil
  ) async throws(OAuthError) -> String {
    let name = AuthSession.conversation + Base64.urlEncode(world.random(32))
    let hash = TokenHash.of(name)
    let sealed: SealedValue
    do { sealed = try run.conversation.sealed(sealer, hash: hash) } catch {
      throw OAuthError(.serverError, "the conversation cannot go on", reason: "\(error)")
    }
    let entry = StoredConversation(
      clientID: run.request.client.id, sealed: sealed, proof: run.conversation.flow.credentialProof?.proof,
      session: run.conversation.session, expiresAt: run.expiresAt)
    do { try await conversations.insert(entry, hash: hash, arrival: arrival) } catch {
      guard error == .conflict else { throw .unavailable(error.description) }
      throw OAuthError(.accessDenied, LoginDesk.genericRefusal, reason: "the credential has ended meanwhile")
    }
    return name
  }

  func remaining(_ run: LoginRun) -> Int64 { max(0, (run.expiresAt - world.now()).seconds) }

  /// Proposes a PIN and asks for the one that the person wants.
  func proposePIN(_ run: inout LoginRun) async throws(OAuthError) -> ChallengeReply {
    guard let subject = run.conversation.subjectCode else { throw OAuthError(.serverError, "the login cannot go on") }
    do { run.conversation.proposal = try await pins.propose(for: subject).utf8Text } catch {
      throw LoginDesk.unavailable(error)
    }
    return try await ask(changePrompt(run, refusal: nil), &run)
  }

  /// Changes the PIN to what the person typed.
  /// - Returns: nil where the choice was refused; ``LoginRun/question`` then says why.
  func changePIN(_ run: inout LoginRun) async throws(OAuthError) -> LoginFlow.Event? {
    guard let subject = run.conversation.subjectCode,
      let proof = run.conversation.flow.credentialProof?.proof
    else { return .failed }
    guard let choice = run.request.parameters["new_pin"] else {
      run.question = changePrompt(run, refusal: nil)
      return nil
    }
    let outcome: ChangeOutcome
    do {
      outcome = try await pins.change(
        proof.credential, of: subject, to: Secret(choice), provenAt: proof.at, sparing: run.conversation.session,
        by: .citizen)
    } catch {
      if error == .conflict { return .failed }
      throw LoginDesk.unavailable(error)
    }
    switch outcome {
    case .changed(let at): return .upkeepDone(at: at)
    case .refused(let refusal):
      run.question = changePrompt(run, refusal: refusal.description)
      return nil
    }
  }

  private func changePrompt(_ run: LoginRun, refusal: String?) -> PromptView {
    let message = "Your PIN has to be changed now. Take the proposed one or choose 8 letters and digits of your own."
    let prompt = Prompt(
      id: "pin-change", message: refusal.map { "\($0). \(message)" } ?? message,
      fields: [PromptField("new_pin", label: "New PIN", kind: .secret)])
    var view = PromptView(prompt, authenticator: nil)
    view.proposal = run.conversation.proposal
    return view
  }

  static func unavailable(_ error: PINError) -> OAuthError {
    if case .busy(let seconds) = error {
      return OAuthError(
        .temporarilyUnavailable, "too many logins at once; try again in a moment", reason: "busy", retryAfter: seconds)
    }
    return .unavailable(error.description)
  }
}

extension Authentication {
  /// That a credential was shown, where the authentication rests on one.
  fileprivate var proof: CredentialProof? { credential.map { CredentialProof($0, at: at) } }
}
