public import AccessModel
public import AuthenticatorKit
import Foundation

extension WireStep {
  /// A step of a module in another process, checked against every limit of the protocol.
  public enum Reading: Sendable, Equatable {
    case prompt(AuthenticatorKit.Prompt, state: [UInt8])
    case redirect(AuthenticatorKit.Redirect, state: [UInt8])
    case verified(WireSubject, right: AccessRight?, level: AssuranceLevel?)
    case denied(AuthenticatorKit.Denial)
  }

  /// - Parameter call: of the request that this has to answer.
  /// - Throws: ``WireError`` for what no module may say.
  public func read(for call: String) throws(WireError) -> Reading {
    guard self.call == call else { throw WireError("the answer is to another call") }
    switch step {
    case .prompt: return .prompt(try readPrompt(), state: try readState())
    case .redirect: return .redirect(try readRedirect(), state: try readState())
    case .verified: return try readIdentity()
    case .denied: return .denied(try readDenial())
    }
  }

  private func readState() throws(WireError) -> [UInt8] {
    guard let state, let bytes = Data(base64Encoded: state) else { throw WireError("state is no base64") }
    guard bytes.count <= WireProtocol.maximumStateBytes else {
      throw WireError("state has more than \(WireProtocol.maximumStateBytes) bytes")
    }
    return Array(bytes)
  }

  private func readPrompt() throws(WireError) -> AuthenticatorKit.Prompt {
    guard let prompt else { throw WireError("prompt is missing") }
    guard WireWords.isName(prompt.id) else { throw WireError("prompt.id is no name") }
    guard WireWords.isReadable(prompt.message ?? "", WireProtocol.maximumText) else {
      throw WireError("prompt.message is too long, or has control or format characters")
    }
    guard (1...WireProtocol.maximumFields).contains(prompt.fields.count) else {
      throw WireError("prompt.fields are not 1 to \(WireProtocol.maximumFields)")
    }
    var fields: [PromptField] = []
    for (index, field) in prompt.fields.enumerated() {
      let read = try readField(field, at: index)
      guard !fields.contains(where: { $0.name == read.name }) else {
        throw WireError("two fields have the name \(read.name)")
      }
      fields.append(read)
    }
    return AuthenticatorKit.Prompt(id: prompt.id, message: prompt.message, fields: fields)
  }

  /// A field is called by its name once that is known to be one, and by its place until then.
  private func readField(_ field: Prompt.Field, at index: Int) throws(WireError) -> PromptField {
    let kind = PromptField.Kind(rawValue: field.kind)
    let read = PromptField(field.name, label: field.label, kind: kind ?? .text)
    guard read.hasUsableName, field.name.utf8.count <= WireProtocol.maximumName else {
      throw WireError("prompt.fields.\(index): the name is not [a-z][a-z0-9_]*, or too long")
    }
    guard !PromptField.reservedNames.contains(field.name) else {
      throw WireError("prompt.fields.\(index): the name \(field.name) is reserved")
    }
    guard WireWords.isReadable(field.label, WireProtocol.maximumLabel),
      field.label.contains(where: { !$0.isWhitespace })
    else {
      throw WireError("field \(field.name): the label is empty, too long, or has control or format characters")
    }
    guard kind != nil else { throw WireError("field \(field.name): the kind is unknown") }
    return read
  }

  private func readRedirect() throws(WireError) -> AuthenticatorKit.Redirect {
    guard let redirect else { throw WireError("redirect is missing") }
    let scheme = "https://"
    guard redirect.url.utf8.count <= WireProtocol.maximumAddress, redirect.url.hasPrefix(scheme),
      redirect.url != scheme,
      redirect.url.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { throw WireError("redirect.url is too long or no https URL") }
    let form = redirect.form ?? [:]
    guard form.count <= WireProtocol.maximumFields else { throw WireError("redirect.form has too many fields") }
    return AuthenticatorKit.Redirect(url: redirect.url, form: form)
  }

  private func readIdentity() throws(WireError) -> Reading {
    guard let identity else { throw WireError("identity is missing") }
    if case .local(let name) = identity.subject {
      let isShort = (1...WireProtocol.maximumSubject).contains(name.utf8.count)
      guard isShort, WireWords.isShowable(name, WireProtocol.maximumSubject) else {
        throw WireError(
          "subject.local is not 1 to \(WireProtocol.maximumSubject) bytes without control and format characters")
      }
    }
    let right = try known(identity.right, "identity.right", AccessRight.init(rawValue:))
    let level = try known(identity.level, "identity.level") { AssuranceLevel($0) }
    return .verified(identity.subject, right: right, level: level)
  }

  /// A word that may be absent, and must be one of ours where it is not.
  private func known<Value>(
    _ word: String?, _ name: String, _ make: (String) -> Value?
  ) throws(WireError) -> Value? {
    guard let word else { return nil }
    guard let value = make(word) else { throw WireError("\(name) is unknown") }
    return value
  }

  private func readDenial() throws(WireError) -> AuthenticatorKit.Denial {
    guard let denial else { throw WireError("denial is missing") }
    if let known = AuthenticatorKit.Denial.wireWords.first(where: { $0.word == denial.reason }) { return known.denial }
    guard WireWords.isName(denial.reason) else { throw WireError("denial.reason is no word") }
    guard let words = denial.explanation, !words.isEmpty, WireWords.isReadable(words, WireProtocol.maximumText) else {
      throw WireError("denial.explanation is missing, too long, or has control or format characters")
    }
    return .explained(denial.reason, words)
  }
}
