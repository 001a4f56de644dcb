import CertificateKit
import Foundation
import Synchronization

/// The authorities whose cards count, from folders of PEM and DER files.
///
/// A folder is taken up again when what its files hold changes, wherever they lie (symbolic links count), so that
/// `varco trust import` needs no restart; one that can no longer be read changes nothing.
final class CNSTrust: Sendable {
  private struct State {
    var store: TrustStore
    var files: [File]
    /// What could not be read, for an operator.
    var problems: [String]
  }

  private struct File: Equatable {
    let path: String
    /// nil: it cannot be read.
    let content: Data?
    let isAnchor: Bool
  }

  private let anchors: String
  private let intermediates: String?
  private let state: Mutex<State>

  /// - Parameters:
  ///   - anchors: a folder of certificates that are trusted; may be empty until `varco trust import` has filled it.
  ///   - intermediates: a folder of certificates that only help to build paths, for clients that send the leaf alone.
  /// - Throws: ``CNSTrustError`` with what cannot be read, and why.
  init(anchors: String, intermediates: String?) throws(CNSTrustError) {
    self.anchors = anchors
    self.intermediates = intermediates
    state = Mutex(CNSTrust.state(of: try CNSTrust.files(anchors, intermediates)))
  }

  var store: TrustStore { state.withLock { $0.store } }
  var problems: [String] { state.withLock { $0.problems } }

  /// Reads the folders again.
  /// - Returns: whether there is something new.
  /// - Throws: ``CNSTrustError`` if a folder cannot be read; what was trusted before is still.
  func refresh() throws(CNSTrustError) -> Bool {
    let files = try CNSTrust.files(anchors, intermediates)
    guard state.withLock({ $0.files != files }) else { return false }
    let fresh = CNSTrust.state(of: files)
    state.withLock { $0 = fresh }
    return true
  }

  private static func files(_ anchors: String, _ intermediates: String?) throws(CNSTrustError) -> [File] {
    var files = try files(in: anchors, areAnchors: true)
    if let intermediates { files += try CNSTrust.files(in: intermediates, areAnchors: false) }
    return files
  }

  private static func files(in folder: String, areAnchors: Bool) throws(CNSTrustError) -> [File] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw CNSTrustError("the folder \(folder) cannot be read")
    }
    return names.filter(isCertificate).sorted().map { name in
      let path = "\(folder)/\(name)"
      return File(path: path, content: FileManager.default.contents(atPath: path), isAnchor: areAnchors)
    }
  }

  private static func state(of files: [File]) -> State {
    var problems: [String] = []
    let anchors = files.filter(\.isAnchor).flatMap { certificates(in: $0, &problems) }
    let others = files.filter { !$0.isAnchor }.flatMap { certificates(in: $0, &problems) }
    return State(store: TrustStore(anchors: anchors, intermediates: others), files: files, problems: problems)
  }

  /// One certificate that cannot be read must not take the others of a long list with it: it is left out and named.
  private static func certificates(in file: File, _ problems: inout [String]) -> [Certificate] {
    guard let content = file.content else {
      problems.append("\(file.path): it cannot be read")
      return []
    }
    var found: [Certificate] = []
    for (number, piece) in pieces(of: content).enumerated() {
      do { found += try CertificateFile.read(piece) } catch {
        problems.append("\(file.path): certificate \(number + 1): \(error)")
      }
    }
    return found
  }

  /// Each PEM block by itself; a file without any is one piece.
  private static func pieces(of data: Data) -> [[UInt8]] {
    let mark = Data("-----BEGIN ".utf8)
    var starts: [Data.Index] = []
    var rest = data.startIndex
    while let found = data.range(of: mark, in: rest..<data.endIndex) {
      starts.append(found.lowerBound)
      rest = found.upperBound
    }
    guard !starts.isEmpty else { return [Array(data)] }
    return zip(starts, starts.dropFirst() + [data.endIndex]).map { Array(data[$0..<$1]) }
  }

  private static func isCertificate(_ name: String) -> Bool {
    !name.hasPrefix(".") && [".pem", ".crt", ".cer", ".der"].contains { name.lowercased().hasSuffix($0) }
  }
}

/// What is wrong with a folder of certificates, for an operator.
struct CNSTrustError: Error, Equatable, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
