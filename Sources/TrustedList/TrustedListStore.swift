import Foundation
import XMLSecKit

/// The anchors taken from a trusted list, as two files of a folder:
///
/// - `trusted-list.pem`, every anchor, which is all that who trusts them has to read;
/// - `trusted-list.json`, the ``TrustedListState``.
///
/// Each is replaced by renaming, so that a reader sees an old or a new one and never a part. The state goes first: a
/// process killed between the two leaves the old anchors whole and the new sequence number, under which the same list
/// can be taken again and no older one.
public struct TrustedListStore: Sendable {
  public let folder: String
  /// For tests: called after each step of a replacement.
  private let afterStep: @Sendable (Step) -> Void

  enum Step: String, CaseIterable, Sendable { case locked, stateWritten, anchorsWritten }

  /// - Parameter folder: made at the first ``TrustedListImport/apply(_:)`` if it is not there.
  public init(folder: String) { self.init(folder: folder) { _ in } }

  init(folder: String, afterStep: @escaping @Sendable (Step) -> Void) {
    self.folder = folder
    self.afterStep = afterStep
  }

  public var anchorsPath: String { "\(folder)/trusted-list.pem" }
  public var statePath: String { "\(folder)/trusted-list.json" }

  /// What is installed; nothing of both before the first list.
  /// - Throws: ``TrustedListStoreError/damaged(path:_:)`` if a file cannot be understood, or anchors have no state.
  public func installed() throws(TrustedListStoreError) -> InstalledTrustedList {
    let state = try readState()
    let anchors = try readAnchors(names: state?.services ?? [:])
    if state == nil, !anchors.isEmpty {
      throw .damaged(path: anchorsPath, "there is no \(statePath) beside it; remove both to begin anew")
    }
    return InstalledTrustedList(state: state, anchors: anchors)
  }

  /// Replaces what is installed, if it still is what the caller has seen.
  func replace(
    _ seen: InstalledTrustedList, with state: TrustedListState, anchors: [TrustAnchor]
  ) throws(TrustedListStoreError) {
    try makeFolder()
    let lock = try lock()
    defer { close(lock) }
    guard try installed() == seen else { throw .changedMeanwhile }
    afterStep(.locked)
    guard let json = try? state.json() else { throw .cannotWrite(path: statePath, "it cannot be encoded") }
    try SmallFile.replace(statePath, with: json)
    afterStep(.stateWritten)
    let sorted = anchors.sorted { $0.fingerprint < $1.fingerprint }
    let pem = sorted.map { PEMBlock(label: "CERTIFICATE", der: $0.der).text }.joined()
    try SmallFile.replace(anchorsPath, with: Array(pem.utf8))
    afterStep(.anchorsWritten)
  }

  private func readState() throws(TrustedListStoreError) -> TrustedListState? {
    switch try SmallFile.read(statePath, limit: Self.limit) {
    case .missing: return nil
    case .tooLarge: throw .damaged(path: statePath, "it is too large")
    case .bytes(let bytes):
      guard let state = TrustedListState(json: bytes) else { throw .damaged(path: statePath, "it cannot be read") }
      return state
    }
  }

  private func readAnchors(names: [String: String]) throws(TrustedListStoreError) -> [TrustAnchor] {
    switch try SmallFile.read(anchorsPath, limit: Self.limit) {
    case .missing: return []
    case .tooLarge: throw .damaged(path: anchorsPath, "it is too large")
    case .bytes(let bytes):
      guard let blocks = PEMBlock.parse(String(decoding: bytes, as: UTF8.self)),
        blocks.allSatisfy({ $0.label == "CERTIFICATE" })
      else { throw .damaged(path: anchorsPath, "it holds something else than PEM certificates") }
      return blocks.map { block in
        let fingerprint = CertificateFingerprint(of: block.der).hexadecimal
        return TrustAnchor(der: block.der, service: names[fingerprint] ?? "(not from the list)")
      }
    }
  }

  private func makeFolder() throws(TrustedListStoreError) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch { throw .cannotWrite(path: folder, "the folder cannot be made") }
  }

  /// Ends with the process; the empty file stays, because removing it would let two hold it.
  private func lock() throws(TrustedListStoreError) -> Int32 {
    let path = "\(folder)/trusted-list.lock"
    let descriptor = unsafe open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, "it cannot be made") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .changedMeanwhile
    }
    return descriptor
  }

  /// Bytes of each of our own files.
  private static let limit = 64 << 20
}

/// What a folder holds of a trusted list.
public struct InstalledTrustedList: Sendable, Equatable {
  /// Of the list taken last; nil before the first.
  public let state: TrustedListState?
  public let anchors: [TrustAnchor]

  /// Whether the anchors are those of the state: not so after a kill in the middle, or when a hand was at work.
  public var isWhole: Bool {
    Set(anchors.map(\.fingerprint.hexadecimal)) == Set((state?.services ?? [:]).keys)
  }
}
