package import AuthenticatorKit
import Foundation
import ModuleWire

/// Serves a module on a socket of its own, as its own program would, while `body` runs.
/// - Parameters:
///   - settings: the module's own, as JSON.
///   - body: gets the socket's path.
package func withServed<Module: AuthenticatorModule, Value: Sendable>(
  _ type: Module.Type, settings: String = "{}", _ body: @escaping @Sendable (_ socket: String) async throws -> Value
) async throws -> Value {
  try await withShortFolder { folder in
    let file = "\(folder)/settings.json"
    try Data(settings.utf8).write(to: URL(fileURLWithPath: file))
    let place = ServingPlace(settings: file, folder: "\(folder)/memory")
    let socket = "\(folder)/module.sock"
    return try await withRunning { meanwhile in
      try await serve(type, socket: socket, place: place, version: "1.0", meanwhile: meanwhile)
    } _: {
      try await body(socket)
    }
  }
}

/// A folder with a path so short that a socket fits into it.
package func withShortFolder<Value: Sendable>(
  _ body: @Sendable (_ folder: String) async throws -> Value
) async throws -> Value {
  let folder = "/tmp/v-\(UUID().uuidString.prefix(8))"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await body(folder)
}
