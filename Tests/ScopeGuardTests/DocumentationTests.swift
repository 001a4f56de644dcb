import Hummingbird
import HummingbirdTesting
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What `docs/integrating-a-service.md` shows is what is compiled here.
struct DocumentationTests {
  @Test func theSmallestServiceInTheDocumentationIsTheOneThatCompiles() throws {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let page = here.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/integrating-a-service.md")
    let example = try String(contentsOf: here.appendingPathComponent("DocumentationExample.swift"), encoding: .utf8)
    let text = try String(contentsOf: page, encoding: .utf8)
    #expect(text.contains("```swift\n\(example)```"))
  }

  @Test func itIsClosedToWhoeverHasNoToken() async throws {
    try await pensionService().test(.router) { client in
      let response = try await client.execute(uri: "/estratto-conto", method: .get)
      #expect(response.status == .unauthorized)
    }
  }
}
