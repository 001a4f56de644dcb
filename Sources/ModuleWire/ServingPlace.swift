import AccessModel
import AuthenticatorKit
import Foundation

/// What a served module gets of the world: its settings, a folder to remember things in, and nothing of the gateway.
///
/// There is no vault: PINs never leave the gateway.
public struct ServingPlace: Sendable {
  let settingsFile: String?
  let folder: String?
  let instance: String?
  let issuer: String

  /// - Parameters:
  ///   - settings: a JSON file with the module's own settings; nil for none.
  ///   - folder: where the module's storage lies; nil for a module that remembers nothing.
  ///   - instance: the instance's id in the gateway's configuration; the module's type unless given.
  ///   - issuer: the gateway's address, for modules that send people back to it.
  public init(settings: String? = nil, folder: String? = nil, instance: String? = nil, issuer: String = "") {
    settingsFile = settings
    self.folder = folder
    self.instance = instance
    self.issuer = issuer
  }

  func readSettings() throws -> Settings {
    guard let settingsFile else { return Settings(path: "settings") }
    guard let data = FileManager.default.contents(atPath: settingsFile) else {
      throw ServeError(description: "\(settingsFile) cannot be read")
    }
    guard let node = try? JSONDecoder().decode(SettingsNode.self, from: data), case .map(let entries, _) = node.value
    else { throw ServeError(description: "\(settingsFile) is no JSON object") }
    return Settings(path: settingsFile, entries: entries)
  }

  func context(for type: String) throws -> AuthenticatorContext {
    guard let id = InstanceID(instance ?? type) else {
      throw ServeError(description: "the instance is no id: lower-case letters, digits and hyphens")
    }
    return AuthenticatorContext(
      instance: id, issuer: issuer,
      credentials: UnavailableVault("PINs are checked in the gateway only"), storage: try storage(), world: .system)
  }

  private func storage() throws -> any ModuleStorage {
    guard let folder else { return UnavailableStorage("the module is served without a folder for its storage") }
    return try FolderStorage(folder, world: .system)
  }
}

/// A piece of a JSON file as a setting.
private struct SettingsNode: Decodable {
  let value: Settings.Value

  init(from decoder: any Decoder) throws {
    if let object = try? [String: SettingsNode](from: decoder) {
      let entries = object.sorted { $0.key < $1.key }.map {
        Settings.Entry(key: $0.key, line: 0, value: $0.value.value)
      }
      value = .map(entries, line: 0)
    } else if let list = try? [SettingsNode](from: decoder) {
      value = .list(list.map(\.value), line: 0)
    } else {
      value = .scalar(try SettingsNode.word(decoder.singleValueContainer()), line: 0)
    }
  }

  private static func word(_ container: any SingleValueDecodingContainer) throws -> String {
    if let flag = try? container.decode(Bool.self) { return flag ? "true" : "false" }
    if let number = try? container.decode(Int.self) { return String(number) }
    return try container.decode(String.self)
  }
}
