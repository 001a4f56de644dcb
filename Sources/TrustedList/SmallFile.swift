import Foundation

/// Whole files of a bounded size, read and replaced.
enum SmallFile {
  enum Content: Equatable {
    case bytes([UInt8])
    case missing
    case tooLarge(bytes: Int)
  }

  /// Reads a regular file. Its size is asked for first, and not more than the limit is read, whatever it grows to.
  static func read(_ path: String, limit: Int) throws(TrustedListStoreError) -> Content {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return .missing }
      throw .cannotRead(path: path, "it may not be opened")
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .cannotRead(path: path, "it is no regular file")
    }
    guard status.st_size <= limit else { return .tooLarge(bytes: Int(status.st_size)) }
    return try content(descriptor, path: path, limit: limit)
  }

  private static func content(
    _ descriptor: Int32, path: String, limit: Int
  ) throws(TrustedListStoreError) -> Content {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= limit {
      let count = unsafe Foundation.read(descriptor, &chunk, chunk.count)
      guard count >= 0 else { throw .cannotRead(path: path, "reading stopped in the middle") }
      if count == 0 { return .bytes(bytes) }
      bytes += chunk[..<count]
    }
    return .tooLarge(bytes: bytes.count)
  }

  /// Puts a file in place whole or not at all, and on the disk before it returns.
  static func replace(_ path: String, with bytes: [UInt8]) throws(TrustedListStoreError) {
    let temporary = "\(path).new"
    unsafe unlink(temporary)
    let descriptor = unsafe open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw .cannotWrite(path: temporary, "it cannot be made") }
    let isWritten = write(bytes, to: descriptor) && fsync(descriptor) == 0
    guard close(descriptor) == 0, isWritten else { throw .cannotWrite(path: temporary, "the disk may be full") }
    guard unsafe rename(temporary, path) == 0, synchronizeFolder(of: path) else {
      throw .cannotWrite(path: path, "it cannot be put in place")
    }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func synchronizeFolder(of path: String) -> Bool {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return fsync(descriptor) == 0
  }
}
