import CertificateKit
import Foundation
import Synchronization

/// The authorities whose cards count, from folders of PEM and DER files.
///
/// A folder is read again when it changes, so that `varco trust import` needs no restart; one that can no longer be read
/// changes nothing.
final class CNSTrust: Sendable {
  private struct State {
    var store: TrustStore
    var stamp: [String]
    /// What could not be read, for an operator.
    var problems: [String]
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
    state = Mutex(try CNSTrust.read(anchors, intermediates))
  }

  var store: TrustStore { state.withLock { $0.store } }
  var problems: [String] { state.withLock { $0.problems } }

  /// Reads the folders again if a file in them has changed.
  /// - Returns: whether there is something new.
  /// - Throws: ``CNSTrustError`` if a folder cannot be read; what was trusted before is still.
  func refresh() throws(CNSTrustError) -> Bool {
    let stamp = CNSTrust.stamp(anchors, intermediates)
    guard state.withLock({ $0.stamp != stamp }) else { return false }
    let fresh = try CNSTrust.read(anchors, intermediates)
    state.withLock { $0 = fresh }
    return true
  }

  /// One certificate that cannot be read must not take the others of a long list with it: it is left out and named.
  private static func read(_ anchors: String, _ intermediates: String?) throws(CNSTrustError) -> State {
    let stamp = stamp(anchors, intermediates)
    var problems: [String] = []
    let trusted = try certificates(in: anchors, &problems)
    let helping = try intermediates.map { folder throws(CNSTrustError) in try certificates(in: folder, &problems) }
    return State(store: TrustStore(anchors: trusted, intermediates: helping ?? []), stamp: stamp, problems: problems)
  }

  private static func certificates(
    in folder: String, _ problems: inout [String]
  ) throws(CNSTrustError) -> [Certificate] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw CNSTrustError("the folder \(folder) cannot be read")
    }
    var found: [Certificate] = []
    for name in names.sorted() where isCertificate(name) {
      let path = "\(folder)/\(name)"
      for (number, piece) in pieces(of: FileManager.default.contents(atPath: path) ?? Data()).enumerated() {
        do { found += try CertificateFile.read(piece) } catch {
          problems.append("\(path): certificate \(number + 1): \(error)")
        }
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

  /// Name, size and time of every file.
  private static func stamp(_ folders: String?...) -> [String] {
    folders.compactMap(\.self).flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter(isCertificate).sorted().map {
        name in
        let facts = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
        let time = (facts?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return "\(folder)/\(name) \(facts?[.size] ?? 0) \(time)"
      }
    }
  }
}

/// What is wrong with a folder of certificates, for an operator.
struct CNSTrustError: Error, Equatable, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
