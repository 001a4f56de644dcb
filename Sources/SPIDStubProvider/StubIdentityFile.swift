public import AuthenticatorKit
public import Foundation

/// The file with the test identities: JSON, `{"identities": [{"user": …, …}]}`.
///
/// Everything wrong with it is reported at once. A problem names an entry by its number, counted from 0, and never by
/// what stands in it.
public enum StubIdentityFile {
  /// More than any test needs; a larger file is somebody's mistake.
  static let maximumBytes = 1 << 20

  /// What an entry may hold.
  enum Key: String, CaseIterable {
    case user, password, totp, level, answers, error, provider, attributes
  }

  /// Reads the file that the setting `identities` names.
  /// - Throws: ``ConfigurationError`` with each problem, such as `settings.identities[2].level`.
  public static func read(_ settings: inout Settings) throws(ConfigurationError) -> [StubIdentity] {
    let line = settings.lineOf("identities")
    let path = try settings.string("identities")
    guard let data = FileManager.default.contents(atPath: path) else {
      throw settings.error("identities", line: line, "\(path) cannot be read")
    }
    do throws(StubFileError) { return try parse(data) } catch {
      throw ConfigurationError(
        error.problems.map { problem in
          ConfigurationProblem(
            line: line, key: settings.name("identities\(problem.place)"), message: problem.message)
        })
    }
  }

  /// The file for these identities, which ``read(_:)`` reads.
  public static func write(_ identities: [StubIdentity]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(["identities": identities.map(StubWrittenEntry.init)])
  }

  static func parse(_ data: Data) throws(StubFileError) -> [StubIdentity] {
    guard data.count <= maximumBytes else { throw StubFileError("", "the file has more than a megabyte") }
    guard let file = try? JSONDecoder().decode(StubReadFile.self, from: data) else {
      throw StubFileError("", "the file is no JSON object with a list of identities")
    }
    var problems = file.problems + file.entries.flatMap(\.problems)
    if file.entries.isEmpty { problems.append(.init(place: "", message: "the file holds no identity")) }
    var users = Set<String>()
    for (index, entry) in file.entries.enumerated() {
      guard let user = entry.identity?.user, !users.insert(user).inserted else { continue }
      problems.append(.init(place: "[\(index)].user", message: "stands there twice"))
    }
    guard problems.isEmpty else { throw StubFileError(problems: problems) }
    return file.entries.compactMap(\.identity)
  }
}

/// What is wrong with the file.
struct StubFileError: Error, Equatable {
  struct Problem: Equatable {
    /// Such as `[2].level`, or empty for the file as a whole.
    let place: String
    let message: String
  }

  let problems: [Problem]

  init(problems: [Problem]) { self.problems = problems }
  init(_ place: String, _ message: String) { self.init(problems: [Problem(place: place, message: message)]) }
}
