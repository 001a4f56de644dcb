import CertificateKit
import Foundation
import Testing

@testable import CNS

/// Whom a card may come from, while files come and go under a running gateway.
@Suite struct CNSTrustTests {
  /// An empty folder for anchors, and the demo PKI's root.
  private func place() throws -> (folder: URL, root: URL) {
    let demo = try DemoCard.folder.get().appending(path: "anchors")
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: demo.path).first)
    let folder = FileManager.default.temporaryDirectory.appending(path: "varco-trust-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    return (folder, demo.appending(path: name))
  }

  @Test func anEmptyFolderTrustsNobody() throws {
    let place = try place()
    defer { try? FileManager.default.removeItem(at: place.folder) }
    let trust = try CNSTrust(anchors: place.folder.path, intermediates: nil)
    #expect(trust.store.anchors.isEmpty && trust.problems.isEmpty)
  }

  @Test func aFileThatComesOrGoesCountsAtTheNextRefresh() throws {
    let place = try place()
    defer { try? FileManager.default.removeItem(at: place.folder) }
    let trust = try CNSTrust(anchors: place.folder.path, intermediates: nil)
    let file = place.folder.appending(path: "root.pem")
    try FileManager.default.copyItem(at: place.root, to: file)
    #expect(try trust.refresh())
    #expect(trust.store.anchors.count == 1)
    #expect(try !trust.refresh())
    try FileManager.default.removeItem(at: file)
    #expect(try trust.refresh())
    #expect(trust.store.anchors.isEmpty)
  }

  @Test func aLinkCountsForWhatItPointsTo() throws {
    let place = try place()
    defer { try? FileManager.default.removeItem(at: place.folder) }
    let target = place.folder.appending(path: "elsewhere")
    let link = place.folder.appending(path: "root.pem")
    try FileManager.default.copyItem(at: place.root, to: target)
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
    let trust = try CNSTrust(anchors: place.folder.path, intermediates: nil)
    #expect(trust.store.anchors.count == 1)
    // The link stays as it is; what it points to is taken away.
    try FileManager.default.removeItem(at: target)
    #expect(try trust.refresh())
    #expect(trust.store.anchors.isEmpty)
    #expect(trust.problems == ["\(link.path): it cannot be read"])
  }

  @Test func aHalfWrittenCertificateLeavesTheOthersAlone() throws {
    let place = try place()
    defer { try? FileManager.default.removeItem(at: place.folder) }
    let whole = try Data(contentsOf: place.root)
    try (whole + whole.prefix(whole.count / 2)).write(to: place.folder.appending(path: "root.pem"))
    let trust = try CNSTrust(anchors: place.folder.path, intermediates: nil)
    #expect(trust.store.anchors.count == 1)
    #expect(trust.problems.count == 1 && trust.problems[0].contains("root.pem: certificate 2"))
  }

  @Test func aFolderThatIsGoneChangesNothingAndSaysSo() throws {
    let place = try place()
    try FileManager.default.copyItem(at: place.root, to: place.folder.appending(path: "root.pem"))
    let trust = try CNSTrust(anchors: place.folder.path, intermediates: nil)
    try FileManager.default.removeItem(at: place.folder)
    #expect(throws: CNSTrustError("the folder \(place.folder.path) cannot be read")) { try trust.refresh() }
    #expect(trust.store.anchors.count == 1)
  }
}
