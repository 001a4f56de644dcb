import AuthenticatorKit
import Foundation

/// A file with one password, for somebody who keeps it from everybody else.
enum PasswordFile {
  /// - Returns: the first line, without what ends it.
  static func read(_ path: String) throws(PasswordFileError) -> Secret {
    guard let data = FileManager.default.contents(atPath: path),
      let mode = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    else { throw PasswordFileError(description: "\(path) cannot be read") }
    guard mode & 0o007 == 0 else { throw PasswordFileError(description: "\(path) is open to everybody: chmod o= it") }
    let password = Secret(data.prefix { $0 != 0x0A && $0 != 0x0D })
    guard Password.canBeRight(password) else {
      throw PasswordFileError(description: "the first line of \(path) is no password of 1 to 512 bytes")
    }
    return password
  }
}

struct PasswordFileError: Error, Equatable, CustomStringConvertible {
  let description: String
}
