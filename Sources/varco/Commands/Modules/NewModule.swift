import Foundation

/// The files of a new module, made from the ones in Examples/modules/template.
struct NewModule: Sendable {
  private let name: String
  private let typeName: String

  /// - Returns: nil for a name that makes no module's.
  init?(name: String) {
    let words = name.split(separator: "-", omittingEmptySubsequences: false)
    let isPlain = words.allSatisfy { word in
      !word.isEmpty && word.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    }
    guard isPlain, name.count <= 40, name.first?.isLetter == true else { return nil }
    self.name = name
    typeName = words.map(\.capitalized).joined()
  }

  func python() -> [String: String] {
    [
      "\(name).py": named(PackageResources.template_py_txt), "script.json": named(PackageResources.script_json),
      "README.md": named(PackageResources.NEW_PYTHON_md),
    ]
  }

  /// - Parameter varco: where the package of Varco is, seen from the new folder.
  func swift(varco: String) -> [String: String] {
    let package = named(PackageResources.Package_swift_txt).replacingOccurrences(
      of: #"path: "../../..""#, with: "path: \(quoted(varco))")
    return [
      "Package.swift": package,
      "Sources/\(typeName)Module/\(typeName)Authenticator.swift": named(PackageResources.Authenticator_swift_txt),
      "Sources/\(name)-module/Main.swift": named(PackageResources.Main_swift_txt),
      "Tests/\(typeName)ModuleTests/\(typeName)ModuleTests.swift": named(PackageResources.Tests_swift_txt),
      "script.json": named(PackageResources.script_json), "README.md": named(PackageResources.NEW_SWIFT_md),
      ".gitignore": ".build/\n",
    ]
  }

  private func named(_ resource: [UInt8]) -> String {
    String(decoding: resource, as: UTF8.self).replacingOccurrences(of: "template", with: name)
      .replacingOccurrences(of: "Template", with: typeName)
  }

  private func quoted(_ text: String) -> String {
    let escaped = text.replacingOccurrences(of: #"\"#, with: #"\\"#).replacingOccurrences(of: "\"", with: #"\""#)
    return "\"\(escaped)\""
  }
}
