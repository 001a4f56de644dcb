import AuthenticatorKit
import ModuleWire

extension StepCase {
  /// One beyond every limit.
  static let refused: [StepCase] = [
    refusedSteps, refusedAddresses, refusedForms, refusedPrompts, refusedFields, refusedNames, reservedNames,
    refusedEnds,
    refusedDenials,
  ].flatMap(\.self)

  private static let refusedSteps: [StepCase] = [
    StepCase("no step", #"{"call": "Yk3", "denial": {"reason": "locked"}}"#, error: "the field step is missing"),
    StepCase("no call", #"{"step": "denied", "denial": {"reason": "locked"}}"#, error: "the field call is missing"),
    StepCase("an unknown step", #"{"call": "Yk3", "step": "zz9"}"#, error: "step has a value that is not known"),
    StepCase("a step that is no text", #"{"call": "Yk3", "step": 5}"#, error: "step has the wrong type"),
    StepCase("another call", prompt(call: "zz9"), error: "the answer is to another call", showsInSchema: false),
    StepCase("a list", "[]", error: "the message has the wrong type"),
    StepCase(
      "a prompt that is not there", #"{"call": "Yk3", "step": "prompt", "state": ""}"#, error: "prompt is missing"),
    StepCase(
      "a redirect that is not there", #"{"call": "Yk3", "step": "redirect", "state": ""}"#,
      error: "redirect is missing"),
    StepCase("somebody who is not there", #"{"call": "Yk3", "step": "verified"}"#, error: "identity is missing"),
    StepCase("a denial that is not there", #"{"call": "Yk3", "step": "denied"}"#, error: "denial is missing"),
    StepCase(
      "no state", #"{"call": "Yk3", "step": "prompt", "prompt": {"id": "a", "fields": [\#(field())]}}"#,
      error: "state is no base64"),
    StepCase(
      "no state of a redirect", #"{"call": "Yk3", "step": "redirect", "redirect": {"url": "https://a"}}"#,
      error: "state is no base64"),
    StepCase("a state that is no base64", prompt(state: #""zz9!""#), error: "state is no base64"),
    StepCase("a state without its padding", prompt(state: #""YQ""#), error: "state is no base64"),
    StepCase("a state of 4001 bytes", prompt(state: state(4001)), error: "state has more than 4000 bytes"),
    StepCase(
      "a redirect's state of 4001 bytes", redirect(#""https://a""#, state: state(4001)),
      error: "state has more than 4000 bytes"),
    StepCase(
      "an address of 2049 bytes", redirect("\"https://\(String(repeating: "a", count: 2041))\""),
      error: "redirect.url is too long or no https URL"),
  ]

  private static let refusedAddresses: [StepCase] = [
    #""http://zz9""#, #""zz9""#, #""https://""#, #""https://zz9 b""#, #""https://zz9è""#, #""javascript:zz9""#,
  ]
  .map { StepCase("the address \($0)", redirect($0), error: "redirect.url is too long or no https URL") }

  private static let refusedForms: [StepCase] = [
    // `$` of Python's expressions, unlike that of JSON Schema, stands before a last newline too.
    StepCase(
      "an address with a newline", redirect(#""https://zz9\n""#), error: "redirect.url is too long or no https URL",
      showsInSchema: false),
    StepCase(
      "a form of 11 fields", redirect(#""https://a""#, form: form(11)),
      error: "redirect.form has too many fields"),
    StepCase(
      "a form of numbers", redirect(#""https://a""#, form: #"{"name": 5}"#),
      error: "redirect.form.name has the wrong type"),
    StepCase(
      "a form with a key that is no name", redirect(#""https://a""#, form: #"{"zz9\nsecond line": 5}"#),
      error: "redirect.form.… has the wrong type"),
  ]

  private static let refusedPrompts: [StepCase] = [
    StepCase(
      "no id", #"{"call": "Yk3", "step": "prompt", "state": "", "prompt": {"fields": [\#(field())]}}"#,
      error: "the field id is missing"),
    StepCase(
      "no fields", #"{"call": "Yk3", "step": "prompt", "state": "", "prompt": {"id": "a"}}"#,
      error: "the field fields is missing"),
    StepCase("an empty id", prompt(id: #""""#), error: "prompt.id is no name"),
    StepCase("an id of 65 bytes", prompt(id: text("a", 65)), error: "prompt.id is no name"),
    StepCase("an id in upper case", prompt(id: #""ZZ9""#), error: "prompt.id is no name"),
    StepCase(
      "a message of 501 characters", prompt(message: text("è", 501)),
      error: messageError),
    // One character of a person's, and a thousand code points.
    StepCase(
      "a message of one letter with 500 accents", prompt(message: "\"a\(String(repeating: "\u{301}", count: 500))\""),
      error: messageError),
    StepCase(
      "a message of two lines", prompt(message: #""zz9\nb""#),
      error: messageError),
    StepCase(
      "a message with DEL", prompt(message: #""zz9\u007f""#),
      error: messageError),
    StepCase(
      "a message with a control character of Latin 1", prompt(message: #""zz9\u0085""#),
      error: messageError),
    StepCase("a message that turns round", prompt(message: #""zz9\u202e""#), error: messageError),
    StepCase("a message with a zero-width space", prompt(message: #""zz9\u200b""#), error: messageError),
    StepCase("a message with a line separator", prompt(message: #""zz9\u2028""#), error: messageError),
    // JSON Schema's expressions go no further than U+FFFF without flags.
    StepCase(
      "a message with a tag", prompt(message: #""zz9\udb40\udc41""#), error: messageError, showsInSchema: false),
    StepCase("0 fields", prompt(fields: []), error: "prompt.fields are not 1 to 10"),
    StepCase("11 fields", prompt(fields: (0..<11).map { field("\"f\($0)\"") }), error: "prompt.fields are not 1 to 10"),
    StepCase(
      "two fields of one name", prompt(fields: [field(), field(label: #""Again""#)]),
      error: "two fields have the name code", showsInSchema: false),
    StepCase(
      "a field's kind that is no text", prompt(fields: [field(), field(#""b""#, kind: "5")]),
      error: "prompt.fields.1.kind has the wrong type"),
  ]

  private static let refusedFields: [StepCase] = [
    StepCase(
      "a field without a name", prompt(fields: [#"{"label": "a", "kind": "text"}"#]),
      error: "the field name is missing"),
    StepCase(
      "a field without a label", prompt(fields: [#"{"name": "a", "kind": "text"}"#]),
      error: "the field label is missing"),
    StepCase(
      "a field without a kind", prompt(fields: [#"{"name": "a", "label": "a"}"#]),
      error: "the field kind is missing"),
    StepCase("an empty label", prompt(fields: [field(label: #""""#)]), error: labelError),
    StepCase("a label of spaces", prompt(fields: [field(label: #""  ""#)]), error: labelError, showsInSchema: false),
    StepCase("a label of 101 characters", prompt(fields: [field(label: text("🪪", 101))]), error: labelError),
    StepCase("a label with a tab", prompt(fields: [field(label: #""zz9\t""#)]), error: labelError),
    StepCase("a label that turns round", prompt(fields: [field(label: #""zz9\u2067""#)]), error: labelError),
    StepCase(
      "an unknown kind", prompt(fields: [field(), field(#""b""#, kind: #""zz9""#)]),
      error: "field b: the kind is unknown"),
  ]

  private static let refusedNames: [StepCase] = [
    #""""#, #""9zz""#, #""_zz9""#, #""Zz9""#, #""zz9-a""#, #""zz9 ""#, #""zz9è""#, text("a", 65),
  ].map {
    StepCase(
      "the field name \($0)", prompt(fields: [field(), field($0)]),
      error: "prompt.fields.1: the name is not [a-z][a-z0-9_]*, or too long")
  }

  private static let reservedNames: [StepCase] = PromptField.reservedNames.sorted().map {
    StepCase(
      "the reserved name \($0)", prompt(fields: [field("\"\($0)\"")]),
      error: "prompt.fields.0: the name \($0) is reserved")
  }

  private static let labelError = "field code: the label is empty, too long, or has control or format characters"
  private static let messageError = "prompt.message is too long, or has control or format characters"

  private static let refusedEnds: [StepCase] = [
    StepCase(
      "an identity without a subject", #"{"call": "Yk3", "step": "verified", "identity": {}}"#,
      error: "the field subject is missing"),
    StepCase("a subject without a name", verified("{}"), error: subjectError),
    StepCase("a subject with two names", verified(#"{"local": "zz9", "pseudonym": "zz9"}"#), error: subjectError),
    StepCase(
      "a subject with one name and another word", verified(#"{"local": "zz9", "zz9": "b"}"#), error: subjectError),
    StepCase("a subject of an unknown kind", verified(#"{"zz9": "zz9"}"#), error: subjectError),
    StepCase("a name that is no text", verified(#"{"local": 5}"#), error: "identity.subject.local has the wrong type"),
    StepCase("an empty name", verified(#"{"local": ""}"#), error: nameError),
    StepCase("a name of 513 bytes", verified(#"{"local": \#(text("a", 513))}"#), error: nameError),
    StepCase(
      "a name of 512 characters and more bytes", verified(#"{"local": \#(text("è", 257))}"#), error: nameError,
      showsInSchema: false),
    StepCase("a name of two lines", verified(#"{"local": "zz9\nb"}"#), error: nameError),
    StepCase("a name that turns round", verified(#"{"local": "zz9\u202e"}"#), error: nameError),
    StepCase("a name with a joiner", verified(#"{"local": "zz9\u200d"}"#), error: nameError),
    StepCase(
      "an unknown right", verified(#"{"local": "a"}"#, #", "right": "zz9""#), error: "identity.right is unknown"),
    StepCase(
      "an unknown level", verified(#"{"local": "a"}"#, #", "level": "zz9""#), error: "identity.level is unknown"),
  ]

  private static let refusedDenials: [StepCase] = [
    StepCase("a denial without a reason", denied("{}"), error: "the field reason is missing"),
    StepCase(
      "a reason that is no word", denied(#"{"reason": "ZZ9!", "explanation": "zz9"}"#),
      error: "denial.reason is no word"),
    StepCase("an empty reason", denied(#"{"reason": "", "explanation": "zz9"}"#), error: "denial.reason is no word"),
    StepCase(
      "a reason of 65 bytes", denied(#"{"reason": \#(text("a", 65)), "explanation": "zz9"}"#),
      error: "denial.reason is no word"),
    StepCase("a reason of its own without an explanation", denied(#"{"reason": "zz9"}"#), error: explanationError),
    StepCase("an empty explanation", denied(#"{"reason": "zz9", "explanation": ""}"#), error: explanationError),
    StepCase(
      "an explanation of 501 characters", denied(#"{"reason": "zz9", "explanation": \#(text("è", 501))}"#),
      error: explanationError),
    StepCase(
      "an explanation of two lines", denied(#"{"reason": "zz9", "explanation": "zz9\r\nb"}"#),
      error: explanationError),
    StepCase(
      "an explanation that turns round", denied(#"{"reason": "zz9", "explanation": "zz9\u202e"}"#),
      error: explanationError),
  ]

  private static let subjectError = "subject: not one of local, pseudonym, fiscal_code"
  private static let nameError = "subject.local is not 1 to 512 bytes without control and format characters"
  private static let explanationError =
    "denial.explanation is missing, too long, or has control or format characters"
}
