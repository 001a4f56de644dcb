import AccessModel

/// The conversation that every PIN module has: who are you, what is your PIN, what does the vault say.
///
/// Modules differ in the grade that they ask for and in what their descriptor promises; this is what they share.
public struct PINConversation: Sendable {
  /// A PIN has at most this many bytes as typed; nothing longer reaches the vault.
  public static let maximumPINBytes = 64

  private let minimumGrade: CredentialGrade
  private let label: String
  private let credentials: any CredentialVault

  /// - Parameters:
  ///   - settings: takes `prompt_label`, what stands at the PIN's field; 1 to 60 characters, default `PIN`.
  ///   - minimumGrade: a right PIN below it is denied with ``Denial/gradeTooLow``.
  public init(
    minimumGrade: CredentialGrade, settings: inout Settings, context: AuthenticatorContext
  ) throws(ConfigurationError) {
    let line = settings.lineOf("prompt_label")
    label = try settings.string("prompt_label", default: "PIN")
    guard (1...60).contains(label.count), !label.allSatisfy(\.isWhitespace) else {
      throw settings.error("prompt_label", line: line, "must have 1 to 60 characters")
    }
    self.minimumGrade = minimumGrade
    credentials = context.credentials
  }

  /// Asks for the PIN, and for the fiscal code where the host names no subject.
  public func begin(_ login: LoginRequest) -> AuthenticationStep { ask(PINConversationState(login.subject)) }

  /// Asks again for what cannot be a fiscal code or a PIN, which tells nothing about anybody; asks the vault otherwise.
  public func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard let state = PINConversationState(state) else { return .denied(.badCredentials) }
    let subject: FiscalCode
    do throws(FiscalCodeError) {
      subject = if let known = state.subject { known } else { try FiscalCode(answer["fiscal_code"] ?? "") }
    } catch {
      return ask(state, error == .provisional ? PINMessage.provisional : PINMessage.malformedCode)
    }
    let typed = answer.secret("pin") ?? Secret([])
    let pin = typed.normalisedAsPIN()
    guard !pin.isEmpty, typed.count <= PINConversation.maximumPINBytes else {
      return ask(state, PINMessage.malformedPIN)
    }
    return verdict(try await credentials.check(pin, of: subject, attempt: answer.attempt), on: subject)
  }

  private func verdict(_ verdict: VaultVerdict, on subject: FiscalCode) -> AuthenticationStep {
    switch verdict {
    case .matches(_, let grade, _) where grade < minimumGrade: .denied(.gradeTooLow)
    case .matches(let credential, _, let upkeep):
      .verified(VerifiedIdentity(subject: .fiscalCode(subject), credential: credential, upkeep: upkeep))
    case .differs: .denied(.badCredentials)
    case .locked: .denied(.locked)
    }
  }

  private func ask(_ state: PINConversationState, _ message: String? = nil) -> AuthenticationStep {
    let code = PromptField("fiscal_code", label: "Codice fiscale", kind: .text)
    let pin = PromptField("pin", label: label, kind: .secret)
    let prompt = Prompt(id: "pin", message: message, fields: state.subject == nil ? [code, pin] : [pin])
    return .prompt(prompt, state.sealable)
  }
}

/// What is said when something is asked again.
private enum PINMessage {
  static let malformedCode = "This is no fiscal code. It has 16 letters and digits, as printed on the health card."
  static let provisional = "Provisional codes of 11 digits cannot be used here: ask an office for the final code."
  static let malformedPIN = "Type the PIN: letters and digits, at most 64."
}
