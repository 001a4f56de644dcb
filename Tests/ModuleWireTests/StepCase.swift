import ModuleWire
import Testing

/// One answer of a module as it comes on the wire, and what is wrong with it.
struct StepCase: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  /// What the reader says; nil where it has to take the answer.
  let error: String?
  /// Whether the schema sees it too: JSON Schema counts no bytes and knows no other message.
  let showsInSchema: Bool

  init(_ name: String, _ text: String, error: String? = nil, showsInSchema: Bool = true) {
    self.name = name
    self.text = text
    self.error = error
    self.showsInSchema = showsInSchema
  }

  var testDescription: String { name }

  /// Stands in every value that is refused, so that a test can see whether an error repeats it.
  static let marker = "zz9"

  static func text(_ unit: String, _ count: Int) -> String { "\"\(String(repeating: unit, count: count))\"" }

  /// Base64 of so many bytes.
  static func state(_ count: Int) -> String {
    let groups = String(repeating: "AAAA", count: count / 3)
    return "\"\(groups)\(["", "AA==", "AAA="][count % 3])\""
  }

  static func prompt(
    id: String = #""code""#, message: String = #""A code.""#, fields: [String] = [field()], state: String = #""YWJj""#,
    call: String = "Yk3"
  ) -> String {
    """
    {"call": "\(call)", "step": "prompt", "state": \(state), "prompt": {"id": \(id), "message": \(message),
     "fields": [\(fields.joined(separator: ", "))]}}
    """
  }

  static func field(
    _ name: String = #""code""#, label: String = #""Code""#, kind: String = #""code""#
  ) -> String { #"{"name": \#(name), "label": \#(label), "kind": \#(kind)}"# }

  static func redirect(_ url: String, form: String = "{}", state: String = #""YWJj""#) -> String {
    #"{"call": "Yk3", "step": "redirect", "state": \#(state), "redirect": {"url": \#(url), "form": \#(form)}}"#
  }

  static func form(_ count: Int) -> String {
    "{\((0..<count).map { #""f\#($0)": "zz9""# }.joined(separator: ", "))}"
  }

  static func verified(_ subject: String, _ more: String = "") -> String {
    #"{"call": "Yk3", "step": "verified", "identity": {"subject": \#(subject)\#(more)}}"#
  }

  static func denied(_ denial: String) -> String { #"{"call": "Yk3", "step": "denied", "denial": \#(denial)}"# }
}
