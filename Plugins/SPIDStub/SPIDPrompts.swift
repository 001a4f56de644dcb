import AuthenticatorKit
import SPIDStubProvider

/// The questions of a login without a browser. Each begins with the banner, so that nobody takes it for SPID.
enum SPIDPrompts {
  /// - Parameter isAgain: whether the last answer could not possibly be right.
  static func ask(_ asking: SPIDAsking, isAgain: Bool = false) throws(AuthenticatorFault) -> AuthenticationStep {
    .prompt(prompt(asking.progress.step, isAgain: isAgain), try SPIDState.asking(asking).sealed())
  }

  private static func prompt(_ step: StubProgress.Step, isAgain: Bool) -> Prompt {
    switch step {
    case .code:
      prompt(
        "spid-stub-code", "Type the six digits that your app shows.", isAgain,
        PromptField("code", label: "One-time code (6 digits)", kind: .code))
    case .confirmation:
      prompt(
        "spid-stub-confirm", "Type CONFERMO: it stands for the certificate in your device.", isAgain,
        PromptField("confirmation", label: "Confirmation", kind: .text))
    case .password, .consent:
      prompt(
        "spid-stub-password", "Log in with a test identity.", isAgain,
        PromptField("user", label: "User name", kind: .account),
        PromptField("password", label: "Password", kind: .secret))
    }
  }

  private static func prompt(_ id: String, _ text: String, _ isAgain: Bool, _ fields: PromptField...) -> Prompt {
    let again = isAgain ? " That was incomplete." : ""
    return Prompt(id: id, message: "\(StubBanner.english). \(text)\(again)", fields: fields)
  }
}
