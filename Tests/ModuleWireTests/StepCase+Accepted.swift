import ModuleWire

extension StepCase {
  /// Every limit at its edge.
  static let accepted: [StepCase] = [
    StepCase("a prompt", prompt()),
    StepCase("a prompt id of 64 bytes", prompt(id: text("a", 64))),
    StepCase("a prompt id of digits and hyphens", prompt(id: #""1-2-""#)),
    StepCase("a message of 500 characters", prompt(message: text("è", 500))),
    StepCase("an empty message", prompt(message: #""""#)),
    StepCase("10 fields", prompt(fields: (0..<10).map { field("\"f\($0)\"") })),
    StepCase("a field's name of 64 bytes", prompt(fields: [field(text("a", 64))])),
    StepCase("a field's name with digits and low lines", prompt(fields: [field(#""a_1_""#)])),
    StepCase("a label of 100 characters", prompt(fields: [field(label: text("🪪", 100))])),
    StepCase("a label with joiners", prompt(fields: [field(label: #""\u0646\u200c\u0645 👩\u200d👧""#)])),
    StepCase("a message with joiners", prompt(message: #""👩\u200d👧""#)),
    StepCase("a label of one character", prompt(fields: [field(label: #""è""#)])),
    StepCase(
      "a field of every kind",
      prompt(
        fields: ["text", "secret", "code", "account"].map { kind in
          field("\"\(kind)\"", kind: "\"\(kind)\"")
        })),
    StepCase("an empty state", prompt(state: #""""#)),
    StepCase("a state of 1 byte", prompt(state: state(1))), StepCase("a state of 2 bytes", prompt(state: state(2))),
    StepCase("a state of 3999 bytes", prompt(state: state(3999))),
    StepCase("a state of 4000 bytes", prompt(state: state(4000))),
    StepCase("a redirect", redirect(#""https://idp.example/?relay_state=q9""#)),
    StepCase("an address of 2048 bytes", redirect("\"https://\(String(repeating: "a", count: 2040))\"")),
    StepCase("a redirect with a form of 10 fields", redirect(#""https://a""#, form: form(10))),
    StepCase("somebody by a name of theirs", verified(#"{"local": "anna"}"#)),
    StepCase("a name of 512 bytes", verified(#"{"local": \#(text("a", 512))}"#)),
    StepCase("a fiscal code", verified(#"{"fiscal_code": "RSSMRA85T10H501O"}"#)),
    StepCase("a pseudonym", verified(#"{"pseudonym": "p"}"#)),
    StepCase(
      "less than the instance gives",
      verified(
        #"{"local": "a"}"#, #", "right": "consultation", "level": "none""#)),
    StepCase("a denial", denied(#"{"reason": "bad-credentials"}"#)),
    StepCase(
      "a denial in words of 500 characters", denied(#"{"reason": "own-word", "explanation": \#(text("è", 500))}"#)),
    StepCase("a reason of 64 bytes", denied(#"{"reason": \#(text("a", 64)), "explanation": "Why."}"#)),
    StepCase(
      "what is not known of", #"{"call": "Yk3", "step": "denied", "denial": {"reason": "locked", "x": 1}, "y": []}"#),
  ]
}
