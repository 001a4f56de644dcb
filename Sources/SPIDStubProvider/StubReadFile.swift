import AuthenticatorKit
import Foundation
import OneTimeCodes

/// The file as it is read. Decoding throws for what is no such file at all; the rest is collected as problems.
struct StubReadFile: Decodable {
  let entries: [StubReadEntry]
  let problems: [StubFileError.Problem]

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: StubAnyKey.self)
    var list = try container.nestedUnkeyedContainer(forKey: StubAnyKey("identities"))
    var entries: [StubReadEntry] = []
    while !list.isAtEnd { entries.append(StubReadEntry(try list.superDecoder(), index: entries.count)) }
    self.entries = entries
    let unknown = container.allKeys.map(\.stringValue).filter { $0 != "identities" }.sorted()
    problems = unknown.map { StubFileError.Problem(place: "", message: "the file has the unknown key \($0)") }
  }
}

/// Reads one identity, and goes on after a problem.
struct StubReadEntry {
  private(set) var identity: StubIdentity?
  private(set) var problems: [StubFileError.Problem] = []
  private let index: Int
  private let container: KeyedDecodingContainer<StubAnyKey>?

  init(_ decoder: any Decoder, index: Int) {
    self.index = index
    container = try? decoder.container(keyedBy: StubAnyKey.self)
    guard let container else {
      complain("", "must be an object")
      return
    }
    let known = Set(StubIdentityFile.Key.allCases.map(\.rawValue))
    for key in container.allKeys.map(\.stringValue).sorted() where !known.contains(key) {
      complain(".\(key)", "unknown key")
    }
    let found = read()
    if problems.isEmpty { identity = found }
  }

  private mutating func read() -> StubIdentity? {
    let user = text(.user, upTo: 64)
    let password = text(.password, upTo: 128)
    let level = level(.level)
    if !has(.level) { complain(.level, "is missing") }
    let totp = totp(for: level ?? .one)
    let answers = level.flatMap { self.answers(within: $0) }
    let error = error()
    let provider = has(.provider) ? text(.provider, upTo: 64) : StubIdentity.usualProvider
    let attributes = attributes()
    guard let user, let password, let level, let provider else { return nil }
    return StubIdentity(
      user: user, password: Secret(password), totp: totp, level: level, answers: answers, error: error,
      provider: provider, attributes: attributes)
  }

  private mutating func text(_ key: StubIdentityFile.Key, upTo limit: Int) -> String? {
    guard has(key) else { return complain(key, "is missing", nil) }
    guard let text = value(key, as: String.self), StubReadEntry.isPlain(text, upTo: limit) else {
      return complain(key, "must be a text of 1 to \(limit) bytes without control characters", nil)
    }
    return text
  }

  private mutating func level(_ key: StubIdentityFile.Key) -> SPIDLevel? {
    guard has(key) else { return nil }
    return value(key, as: Int.self).flatMap(SPIDLevel.init) ?? complain(key, "must be 1, 2 or 3", nil)
  }

  private mutating func answers(within level: SPIDLevel) -> SPIDLevel? {
    guard let answers = self.level(.answers) else { return nil }
    if answers > level { complain(.answers, "must be no higher than level") }
    return answers
  }

  private mutating func totp(for level: SPIDLevel) -> Secret? {
    guard has(.totp) else {
      return level > .one ? complain(.totp, "is needed from level 2 on", nil) : nil
    }
    guard let key = value(.totp, as: String.self).flatMap(Base32.decode), (16...64).contains(key.count) else {
      return complain(.totp, "must be a key of 16 to 64 bytes in base 32", nil)
    }
    return Secret(key)
  }

  private mutating func error() -> SPIDErrorCode? {
    guard has(.error) else { return nil }
    let names = SPIDErrorCode.allCases.map(\.rawValue).joined(separator: ", ")
    return value(.error, as: String.self).flatMap(SPIDErrorCode.init)
      ?? complain(.error, "must be one of \(names)", nil)
  }

  private mutating func attributes() -> [SPIDAttribute: String] {
    guard has(.attributes) else { return complain(.attributes, "is missing", [:]) }
    guard let pairs = value(.attributes, as: [String: String].self) else {
      return complain(.attributes, "must be an object of texts", [:])
    }
    var attributes: [SPIDAttribute: String] = [:]
    for (name, text) in pairs.sorted(by: { $0.key < $1.key }) {
      guard let attribute = SPIDAttribute(rawValue: name) else {
        complain(".attributes.\(name)", "unknown attribute")
        continue
      }
      if !StubReadEntry.isPlain(text, upTo: 200) { complain(".attributes.\(name)", "must have 1 to 200 bytes") }
      attributes[attribute] = text
    }
    return attributes
  }

  private func has(_ key: StubIdentityFile.Key) -> Bool { container?.contains(StubAnyKey(key.rawValue)) ?? false }

  private func value<Value: Decodable>(_ key: StubIdentityFile.Key, as type: Value.Type) -> Value? {
    try? container?.decode(type, forKey: StubAnyKey(key.rawValue))
  }

  private mutating func complain(_ place: String, _ message: String) {
    problems.append(.init(place: "[\(index)]\(place)", message: message))
  }

  private mutating func complain(_ key: StubIdentityFile.Key, _ message: String) { complain(".\(key)", message) }

  private mutating func complain<Value>(_ key: StubIdentityFile.Key, _ message: String, _ fallback: Value) -> Value {
    complain(key, message)
    return fallback
  }

  private static func isPlain(_ text: String, upTo limit: Int) -> Bool {
    (1...limit).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }
}

/// Any key at all, so that unknown ones are seen.
struct StubAnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}
