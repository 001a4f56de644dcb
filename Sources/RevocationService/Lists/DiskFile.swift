import Foundation

/// Small acts on files. Whether one worked is a value: a disk that fails takes nothing from what is in memory.
enum DiskFile {
  /// What tells one content of a file from the next without reading it.
  struct Stamp: Sendable, Equatable {
    let size: Int64
    let seconds: Int64
    let nanoseconds: Int64
    let node: UInt64
  }

  /// - Returns: nil if there is no such file.
  static func stamp(of path: String) -> Stamp? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    #if canImport(Darwin)
    let time = status.st_mtimespec
    #else
    let time = status.st_mtim
    #endif
    return Stamp(
      size: Int64(status.st_size), seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec),
      node: UInt64(status.st_ino))
  }

  /// - Returns: nil for a file that is not there, cannot be read, or has more bytes than the limit.
  static func read(_ path: String, limit: Int) -> [UInt8]? {
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: limit + 1) ?? Data(), data.count <= limit else { return nil }
    return Array(data)
  }

  static func names(in directory: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
  }

  static func makeDirectory(_ path: String) -> Bool {
    let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
    return
      (try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: mode))
      != nil
  }

  static func remove(_ path: String) { unsafe unlink(path) }

  /// Puts a file in place whole or not at all, and on the disk before it returns.
  static func replace(_ path: String, with bytes: [UInt8]) -> Bool {
    let temporary = "\(path).new"
    remove(temporary)
    let descriptor = unsafe open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { return false }
    let isWritten = write(bytes, to: descriptor) && fsync(descriptor) == 0
    guard close(descriptor) == 0, isWritten, unsafe rename(temporary, path) == 0 else {
      remove(temporary)
      return false
    }
    return synchronizeDirectory(of: path)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func synchronizeDirectory(of path: String) -> Bool {
    let end = path.lastIndex(of: "/") ?? path.startIndex
    let descriptor = unsafe open(
      end == path.startIndex ? "." : String(path[..<end]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return fsync(descriptor) == 0
  }
}
