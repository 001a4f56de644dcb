import ArgumentParser
import AuthenticatorKit
import Foundation
import PINService
import Synchronization

/// How many Argon2id hashes this machine makes, with nothing around them.
struct HashesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hashes", abstract: "Hash on plain threads and print hashes a second.")
  @Option(help: "For how many seconds.") var seconds: Double
  @Option(help: "On how many threads.") var threads: Int

  func validate() throws {
    guard (0.1...600).contains(seconds) else { throw ValidationError("--seconds is a number from 0.1 to 600") }
    guard (1...256).contains(threads) else { throw ValidationError("--threads is a number from 1 to 256") }
  }

  func run() async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let end = start.advanced(by: .seconds(seconds))
    let tally = Tally()
    for number in 0..<threads {
      Thread.detachNewThread {
        var made = 0
        while clock.now < end, HashesCommand.hash(salted: UInt8(number)) { made += 1 }
        tally.finish(made, at: clock.now)
      }
    }
    while tally.finished < threads { try await Task.sleep(for: .milliseconds(5)) }
    let elapsed = start.duration(to: tally.lastEnd ?? end)
    print(Double(tally.hashes) / (elapsed / .seconds(1)))
  }

  private static func hash(salted salt: UInt8) -> Bool {
    let salt = [UInt8](repeating: salt, count: 16)
    return (try? Argon2.hash(Secret("A1B2C3D4"), salt: salt, parameters: .minimum)) != nil
  }
}

/// What the threads have done.
private final class Tally: Sendable {
  private struct State {
    var hashes = 0
    var finished = 0
    var lastEnd: ContinuousClock.Instant?
  }
  private let state = Mutex(State())

  var hashes: Int { state.withLock { $0.hashes } }
  var finished: Int { state.withLock { $0.finished } }
  var lastEnd: ContinuousClock.Instant? { state.withLock { $0.lastEnd } }

  func finish(_ made: Int, at end: ContinuousClock.Instant) {
    state.withLock { state in
      state.hashes += made
      state.finished += 1
      state.lastEnd = max(end, state.lastEnd ?? end)
    }
  }
}
