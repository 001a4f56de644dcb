public import AccessModel
public import AuthenticatorKit
import Foundation

/// A request to log somebody in, as it lies at the provider.
struct StubRequest: Codable {
  /// What the response answers to; no browser ever sees it.
  let id: String
  let relayState: String
  let begunAt: Instant
  let progress: StubProgress
  let wrongTries: Int

  func moved(to progress: StubProgress) -> StubRequest {
    StubRequest(id: id, relayState: relayState, begunAt: begunAt, progress: progress, wrongTries: wrongTries)
  }

  var afterWrongTry: StubRequest {
    StubRequest(id: id, relayState: relayState, begunAt: begunAt, progress: progress, wrongTries: wrongTries + 1)
  }
}

/// What the provider answers to a request.
public struct StubResponse: Sendable, Equatable, Codable {
  public let inResponseTo: String
  public let issuedAt: Instant
  public let outcome: StubOutcome
}

/// What travels between the gateway and the provider: it lies in the storage, and the browser carries handles.
///
/// So no address holds a fiscal code, and a handle works once.
public struct StubExchange: Sendable {
  /// How long a request is known; the host keeps a login no longer.
  static let requestLife = TimeSpan.minutes(10)
  /// How long a response can be fetched.
  public static let responseLife = TimeSpan.minutes(2)

  let storage: any ModuleStorage
  let world: World

  public init(_ context: AuthenticatorContext) {
    storage = context.storage
    world = context.world
  }

  /// Leaves a request at the provider.
  /// - Returns: its id, to compare the response with, and the handle for the browser.
  public func request(
    _ level: SPIDLevel, relayState: String
  ) async throws(AuthenticatorFault) -> (id: String, handle: String) {
    let id = StubHandle.random(world)
    let request = StubRequest(
      id: id, relayState: relayState, begunAt: world.now(), progress: StubProgress(asked: level), wrongTries: 0)
    guard let handle = try await leave(request) else { throw .unavailable("a handle that is taken already") }
    return (id, handle)
  }

  /// Takes a response away: it can be had once.
  /// - Returns: nil if there is none under this handle, or no more.
  public func response(_ handle: String) async throws(AuthenticatorFault) -> StubResponse? {
    let key = StubHandle.key("response", handle)
    guard let item = try await storage.get(key), try await storage.delete(key, ifVersion: item.version) else {
      return nil
    }
    return try? JSONDecoder().decode(StubResponse.self, from: Data(item.value))
  }

  func find(_ handle: String) async throws(AuthenticatorFault) -> (request: StubRequest, version: Int64)? {
    guard let item = try await storage.get(StubHandle.key("request", handle)),
      let request = try? JSONDecoder().decode(StubRequest.self, from: Data(item.value))
    else { return nil }
    return (request, item.version)
  }

  /// Writes a request under its handle, unless somebody was faster.
  func put(
    _ request: StubRequest, _ handle: String, ifVersion version: Int64?
  ) async throws(AuthenticatorFault) -> Bool {
    try await storage.put(
      StubHandle.key("request", handle), try StubExchange.bytes(request), ifVersion: version,
      expiresAt: request.begunAt + StubExchange.requestLife)
  }

  /// Writes a request under a new handle.
  func leave(_ request: StubRequest) async throws(AuthenticatorFault) -> String? {
    let handle = StubHandle.random(world)
    return try await put(request, handle, ifVersion: nil) ? handle : nil
  }

  /// Takes a request away; of several callers one has it.
  func end(_ handle: String, ifVersion version: Int64) async throws(AuthenticatorFault) -> Bool {
    try await storage.delete(StubHandle.key("request", handle), ifVersion: version)
  }

  /// Leaves the response to a request.
  /// - Returns: the handle to fetch it with.
  func answer(_ request: StubRequest, _ outcome: StubOutcome) async throws(AuthenticatorFault) -> String? {
    let handle = StubHandle.random(world)
    let response = StubResponse(inResponseTo: request.id, issuedAt: world.now(), outcome: outcome)
    let isWritten = try await storage.put(
      StubHandle.key("response", handle), try StubExchange.bytes(response), ifVersion: nil,
      expiresAt: response.issuedAt + StubExchange.responseLife)
    return isWritten ? handle : nil
  }

  private static func bytes(_ value: some Encodable) throws(AuthenticatorFault) -> [UInt8] {
    guard let data = try? JSONEncoder().encode(value) else { throw .unavailable("a value that cannot be written") }
    return Array(data)
  }
}
