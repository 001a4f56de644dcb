import ArgumentParser
import Foundation

struct ModuleNewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Write a module to start from: it works, and passes `varco module check`.",
    discussion: "Writes a folder of the module's name; a folder or file that is there already is left alone.")

  enum Language: String, ExpressibleByArgument, CaseIterable { case swift, python }

  @Argument(help: "The module's name: lower-case letters, digits and single hyphens, 40 at most.") var name: String
  @Option(help: "What to write it in.") var language = Language.python
  @Option(name: .customLong("in"), help: "Where to make the folder.", completion: .directory) var parent = "."
  @Option(help: "For Swift: where the package of Varco is, seen from the new folder.") var varco = "../varco"

  func run() async throws {
    guard let module = NewModule(name: name) else {
      throw StartError.usage(
        "a module's name begins with a lower-case letter, and holds lower-case letters, digits and single hyphens, 40 at "
          + "most")
    }
    let folder = URL(fileURLWithPath: parent, isDirectory: true).appendingPathComponent(name, isDirectory: true)
    do {
      try write(language == .swift ? module.swift(varco: varco) : module.python(), into: folder)
    } catch CocoaError.fileWriteFileExists {
      throw StartError.refused("\(folder.path) is there already")
    } catch { throw StartError.file(path: folder.path, "cannot be written: \(error.localizedDescription)") }
    Console.print("\(folder.path): see README.md there")
  }

  /// All or nothing: a folder beside the wanted one gets its name once everything is in it.
  private func write(_ files: [String: String], into folder: URL) throws {
    let manager = FileManager.default
    guard !manager.fileExists(atPath: folder.path) else { throw CocoaError(.fileWriteFileExists) }
    let draft = folder.deletingLastPathComponent().appendingPathComponent(".\(name)-\(UUID().uuidString)")
    do {
      for (path, text) in files {
        let file = draft.appendingPathComponent(path)
        // Source code is for everybody, unlike what the other commands write.
        try manager.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o755])
        try Data(text.utf8).write(to: file)
        try manager.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
      }
      try manager.moveItem(at: draft, to: folder)
    } catch {
      try? manager.removeItem(at: draft)
      throw error
    }
  }
}
