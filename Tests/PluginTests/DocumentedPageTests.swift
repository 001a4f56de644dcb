import Foundation
import Testing

@Suite struct DocumentedPageTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path).standardizedFileURL, encoding: .utf8)
  }

  @Test(arguments: ["DocumentedExample.swift", "DocumentedExampleTests.swift"])
  func thePageShowsTheCodeThatIsCompiled(_ file: String) throws {
    let page = try DocumentedPageTests.text("docs/writing-a-module.md")
    let code = try DocumentedPageTests.text("Tests/PluginTests/\(file)")
    let isShown = page.contains("```swift\n\(code)```")
    #expect(isShown, "copy \(file) into docs/writing-a-module.md")
  }
}
