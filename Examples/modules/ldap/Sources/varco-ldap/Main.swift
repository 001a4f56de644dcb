import AuthenticatorKit
import Foundation
import LDAPAuthenticator
import ModuleWire

@main
struct Main {
  static func main() async {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else { end("usage: varco-ldap /path/to/module.sock /path/to/settings.json", 2) }
    do {
      let place = ServingPlace(settings: arguments[2])
      try await serve(LDAPAuthenticator.self, socket: arguments[1], place: place, version: "1.0")
    } catch {
      end("\(error)", 1)
    }
  }

  private static func end(_ words: String, _ status: Int32) -> Never {
    FileHandle.standardError.write(Data("\(words)\n".utf8))
    exit(status)
  }
}
