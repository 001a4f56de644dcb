import CertificateKit
import Crypto

/// The last good copies on disk: a list beside a note about the fetch, in files named by the SHA-256 of the address.
///
/// Everything blocks. What is read is judged like what is fetched, and validation verifies each list's signature again:
/// whoever can write here can take lists away, but not make any.
struct ListArchive: Sendable {
  private static let listSuffix = ".crl"
  private static let noteSuffix = ".note"
  private static let maximumNotes = 4096

  let directory: String

  /// - Returns: nil if there is none, or none that can be read.
  func lists(of address: FetchAddress, limit: Int) -> [RevocationList]? {
    try? RevocationList.read(
      contentsOf: path(address, Self.listSuffix), limits: FileLimits(maximumBytes: limit, maximumCount: 1))
  }

  func note(of address: FetchAddress) -> FetchNote? { note(at: path(address, Self.noteSuffix)) }

  private func note(at path: String) -> FetchNote? {
    DiskFile.read(path, limit: FetchNote.maximumSize).flatMap(FetchNote.init)
  }

  /// The notes of every list that is here.
  func notes() -> [FetchNote] {
    let names = DiskFile.names(in: directory).filter { $0.hasSuffix(Self.noteSuffix) }
    return names.prefix(Self.maximumNotes).compactMap { name in
      guard let note = note(at: "\(directory)/\(name)"), name == Self.name(of: note.address) + Self.noteSuffix else {
        return nil
      }
      return note
    }
  }

  /// The list first: a note without its list is of no use, a list without its note is.
  func save(_ list: [UInt8], _ note: FetchNote) -> Bool {
    DiskFile.makeDirectory(directory) && DiskFile.replace(path(note.address, Self.listSuffix), with: list) && save(note)
  }

  func save(_ note: FetchNote) -> Bool {
    DiskFile.replace(path(note.address, Self.noteSuffix), with: Array(note.text.utf8))
  }

  func remove(_ address: FetchAddress) {
    for suffix in [Self.noteSuffix, Self.listSuffix] { DiskFile.remove(path(address, suffix)) }
  }

  private func path(_ address: FetchAddress, _ suffix: String) -> String {
    "\(directory)/\(Self.name(of: address))\(suffix)"
  }

  private static func name(of address: FetchAddress) -> String {
    Hexadecimal.text(SHA256.hash(data: Array(address.text.utf8)))
  }
}

/// What is remembered about the last fetch of a list, so that the next one can be conditional (RFC 9110 section 13.1).
struct FetchNote: Sendable, Equatable {
  static let maximumSize = 8192
  private static let maximumField = 512

  let address: FetchAddress
  let isLearned: Bool
  /// When the authority was last asked, in seconds since 1970.
  var asked: Int64
  private(set) var entityTag: String?
  private(set) var lastModified: String?

  init(_ address: FetchAddress, isLearned: Bool, asked: Int64, entityTag: String? = nil, lastModified: String? = nil) {
    self.address = address
    self.isLearned = isLearned
    self.asked = asked
    self.entityTag = entityTag.flatMap(Self.plain)
    self.lastModified = lastModified.flatMap(Self.plain)
  }

  /// - Returns: nil for a field that is better not sent back: its server can do without.
  private static func plain(_ field: String) -> String? {
    let isPlain = (1...maximumField).contains(field.utf8.count) && field.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    return isPlain ? field : nil
  }

  var headers: [(name: String, value: String)] {
    let fields = [("If-None-Match", entityTag), ("If-Modified-Since", lastModified)]
    return fields.compactMap { name, value in value.map { (name, $0) } }
  }

  /// A line for each field.
  var text: String {
    let fields = [
      ("address", address.text), ("learned", isLearned ? "yes" : "no"), ("asked", "\(asked)"), ("etag", entityTag),
      ("last-modified", lastModified),
    ]
    return fields.compactMap { name, value in value.map { "\(name) \($0)\n" } }.joined()
  }

  init?(_ bytes: [UInt8]) {
    var fields: [Substring: String] = [:]
    let text = String(decoding: bytes, as: UTF8.self)
    for line in text.split(separator: "\n") {
      let name = line.prefix { $0 != " " }
      fields[name] = String(line.dropFirst(name.count + 1))
    }
    guard let address = fields["address"].flatMap({ FetchAddress($0) }),
      let asked = fields["asked"].flatMap({ Int64($0) })
    else { return nil }
    self.init(
      address, isLearned: fields["learned"] == "yes", asked: asked, entityTag: fields["etag"],
      lastModified: fields["last-modified"])
  }
}

enum Hexadecimal {
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] })
  }
}
