import AccessModel
import ArgumentParser
import AuthenticatorKit
import BrokerCore
import CitizenImport
import DemoPortal
import Foundation
import Hummingbird
import Logging
import ScopeGuard
import ServiceLifecycle

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Run everything on loopback, with throw-away keys and made-up citizens, and print what to try.",
    discussion: "Nothing of it is fit for real use: the keys are made at every start and lie in the demo's folder.")
  @Option(help: "The gateway's port; portal, admin listener and the one that asks for cards take the next three.")
  var port = 8443
  @Option(help: "The folder to work in; it must not exist. A temporary one unless given.")
  var folder: String?
  @Option(help: "For how many seconds a dispositive login stays fresh.")
  var freshness = 60
  @Option(help: "How many citizens to make up.")
  var citizens = 1000

  func validate() throws {
    guard (1...65532).contains(port) else { throw ValidationError("--port is a number from 1 to 65532") }
    guard (10...900).contains(freshness) else { throw ValidationError("--freshness is a number from 10 to 900") }
    guard (10...1_000_000).contains(citizens) else {
      throw ValidationError("--citizens is a number from 10 to 1000000")
    }
  }

  func run() async throws {
    let workers = try DemoData.workers(of: citizens)
    let demo = try DemoFolder(folder, port: port, freshness: freshness, for: workers)
    defer { demo.remove() }
    let logger = LoggingSetup.start(.warning)
    let installation = try await Installation.open(try demo.configuration())
    let people = try await DemoData(installation: installation, count: citizens, workers: workers).make()
    let broker = try await Broker.build(installation, logger: logger)
    let portal = try portal(demo)
    let tour = DemoTour(demo: demo, people: people)
    try await broker.run(with: [portal, DemoGreeter(tour: tour)], logger: logger)
  }

  private func portal(_ demo: DemoFolder) throws -> any Service {
    let acrValues = ["urn:varco:acr:pin-dispositivo"]
    return try DemoPortal.application(
      DemoPortal.Configuration(
        host: "127.0.0.1", port: port + 1, issuer: demo.issuer, resource: DemoFolder.portal,
        keySet: "\(demo.issuer)/oauth2/jwks", authorities: demo.authorityPath,
        stepUp: StepUp(acrValues: acrValues, maxAge: .seconds(freshness))),
      now: World.system.now, random: World.system.random)
  }
}

/// Prints the tour once the gateway answers.
private struct DemoGreeter: Service {
  let tour: DemoTour

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      while !LoopbackPort.accepts(tour.demo.port) || !LoopbackPort.accepts(tour.demo.port + 1) {
        try await Task.sleep(for: .milliseconds(20))
      }
      Console.print(tour.text)
      try await gracefulShutdown()
    }
  }
}
