import ArgumentParser
import Foundation
import RemoteModules

struct ModuleCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Hold a module in another process against the contract, and print a report.",
    discussion: """
      Needs the module's socket and nothing of an installation. Without a script the rules are checked that need nobody's \
      credentials. A script is a JSON file with who may log in and how; docs/remote-modules.md describes it. Wrong \
      secrets are tried, too: use a person made for tests. Exit status: 0 every rule that was checked is kept, 1 one is \
      broken, 2 there is no such socket, the script cannot be read, or it does not fit the module.
      """)
  @Argument(help: "The module's socket.", completion: .file()) var socket: String
  @Option(help: "A JSON file that says how to log in.", completion: .file()) var script: String?
  @OptionGroup var list: ListOptions

  func run() async throws {
    let reader = ScriptReader()
    let plan = try plan(reader)
    guard let report = await ModuleExamination(socket: socket, plan: plan).run() else {
      throw StartError.usage("\(socket): nobody listens there; start the module first")
    }
    if list.json { try Console.json(report) } else { Console.print(text(report)) }
    // What the report says rests on a script that does not say what it means.
    if let script, let trouble = reader.troubles.first {
      for other in reader.troubles.dropFirst() { Console.error("\(script): \(other)") }
      throw StartError.file(path: script, trouble)
    }
    guard report.isClean else { throw ExitCode(1) }
  }

  private func plan(_ reader: ScriptReader) throws(StartError) -> ModuleExamination.Plan {
    guard let script else { return ModuleExamination.Plan() }
    let read = try ModuleScript.read(script)
    do throws(ScriptTrouble) { return try read.plan(reader) } catch { throw .file(path: script, error.text) }
  }

  private func text(_ report: ExaminationReport) -> String {
    let width = report.rules.map(\.name.count).max() ?? 0
    let rules = report.rules.map { rule in
      let name = rule.name.padding(toLength: width, withPad: " ", startingAt: 0)
      return
        (["\(rule.verdict.rawValue.padding(toLength: 9, withPad: " ", startingAt: 0))  \(name)"]
        + (rule.findings + [rule.reason].compactMap { $0 }).map { "             \(Console.shown($0))" })
        .joined(separator: "\n")
    }
    return (heading(report) + [""] + rules + ["", summary(report)]).joined(separator: "\n")
  }

  private func heading(_ report: ExaminationReport) -> [String] {
    let module = report.module.map { module in
      let version = module.version.map { " \(Console.shown($0))" } ?? ""
      return "\(module.name)\(version): \(module.role), assurance \(module.assurance), ceiling \(module.ceiling)"
    }
    let socket = report.socket
    return [
      "module    \(module ?? "not known")", "socket    \(socket.path), user \(socket.owner), mode \(socket.mode)",
      "protocol  \(report.protocol), by varco \(Varco.configuration.version), \(Date.now.ISO8601Format())",
      "script    \(script == nil ? "none" : "given")",
    ]
  }

  private func summary(_ report: ExaminationReport) -> String {
    func count(_ verdict: ExaminationReport.Verdict) -> Int { report.rules.count { $0.verdict == verdict } }
    return "\(count(.kept)) rules kept, \(count(.broken)) broken, \(count(.unchecked)) not checked"
  }
}
