package import ServiceLifecycle

/// Something that goes on beside a server in the same process, from when on somebody can connect. Its end is the server's,
/// which then finishes what it has begun: a server that is cancelled in the middle may not.
package struct Meanwhile: Service {
  private let signals: AsyncStream<Void>
  private let signal: AsyncStream<Void>.Continuation
  private let body: @Sendable () async -> Void

  package init(_ body: @escaping @Sendable () async -> Void) {
    (signals, signal) = AsyncStream.makeStream(of: Void.self)
    self.body = body
  }

  /// Somebody can connect now.
  package func begin() { signal.yield() }

  package func run() async {
    for await _ in signals { return await body() }
  }

  package var configuration: ServiceGroupConfiguration.ServiceConfiguration {
    .init(service: self, successTerminationBehavior: .gracefullyShutdownGroup)
  }
}
