import AuthenticatorKit
import Foundation
import ModuleWire
import TemplateModule

@main
struct Main {
  static func main() async {
    guard CommandLine.arguments.count == 2 else { end("usage: template-module /path/to/module.sock", 2) }
    do {
      try await serve(TemplateAuthenticator.self, socket: CommandLine.arguments[1], version: "0.1")
    } catch {
      end("\(error)", 1)
    }
  }

  private static func end(_ words: String, _ status: Int32) -> Never {
    FileHandle.standardError.write(Data("\(words)\n".utf8))
    exit(status)
  }
}
