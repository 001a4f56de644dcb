import AccessModel
import ArgumentParser
import BrokerStore
import Foundation

/// Where the installation is.
struct InstallationOptions: ParsableArguments {
  @Option(help: "The configuration file; VARCO_CONFIG or varco.yaml unless given.")
  var config: String?

  var path: String { config ?? ProcessInfo.processInfo.environment["VARCO_CONFIG"] ?? "varco.yaml" }

  func load() throws(StartError) -> BrokerConfiguration { try .load(path: path) }

  func open() async throws(StartError) -> Installation { try await .open(try load()) }
}

/// Who acts, for the audit log.
struct StaffOptions: ParsableArguments {
  @Option(help: "Who acts, for the audit log; the login name unless given.")
  var staff: String?

  var actor: AuditActor {
    let environment = ProcessInfo.processInfo.environment
    return .staff(staff ?? environment["SUDO_USER"] ?? environment["USER"] ?? NSUserName())
  }
}

/// How lists are printed.
struct ListOptions: ParsableArguments {
  @Flag(help: "Print JSON.")
  var json = false
}

/// A fiscal code on the command line. It is never repeated in an error.
struct FiscalCodeArgument: ExpressibleByArgument {
  let text: String
  init(argument: String) { text = argument }

  func parsed() throws(StartError) -> FiscalCode {
    do { return try FiscalCode(text) } catch { throw .usage("this is no fiscal code: \(error)") }
  }
}

/// Turns the errors of services into answers of the command line.
func answering<Value>(_ body: () async throws -> Value) async throws(StartError) -> Value {
  do { return try await body() } catch {
    switch error {
    case let error as StartError: throw error
    case let error as StoreError: throw .store(error)
    case let error as any CommandAnswer: throw error.startError
    case let error as any CustomStringConvertible: throw .refused(error.description)
    default: throw .opening("\(type(of: error))")
    }
  }
}

/// An error that knows which answer it is.
protocol CommandAnswer: Error {
  var startError: StartError { get }
}
