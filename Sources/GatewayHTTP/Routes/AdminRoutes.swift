import AuthenticatorKit
import BrokerStore
import Hummingbird
import NIOCore

/// The admin listener: alive, ready, and numbers. On loopback unless configured otherwise.
struct AdminRoutes: Sendable {
  let readiness: Readiness
  let metrics: PrometheusRegistry
  let desk: LoginDesk

  func mount(on router: Router<GatewayContext>) {
    router.get("healthz") { _, _ in
      JSONReply.bytes(ByteBuffer(string: "ok\n"), .ok, type: "text/plain; charset=utf-8")
    }
    router.get("readyz") { _, _ in
      guard await readiness.isReady() else {
        return Problem(.serviceUnavailable, "not-ready", detail: "the store does not answer").response()
      }
      return JSONReply.bytes(ByteBuffer(string: "ready\n"), .ok, type: "text/plain; charset=utf-8")
    }
    router.get("modules") { _, _ in
      JSONReply.response(await desk.health(), .ok, [.cacheControl: "no-store"])
    }
    router.get("metrics") { _, _ in
      JSONReply.bytes(
        ByteBuffer(string: metrics.text), .ok, type: "text/plain; version=0.0.4; charset=utf-8")
    }
  }
}

/// Ready means: the store answered a read within the deadline. A server that only answers is not ready.
struct Readiness: Sendable {
  let ledger: Ledger
  let deadline: Duration

  func isReady() async -> Bool {
    let read = Task<Bool, any Error> { await ledger.answersReads() }
    defer { read.cancel() }
    return (try? await Deadline.value(of: read, within: deadline)) == true
  }
}
