import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Files that nobody but the process's own user can open, at no moment and whatever its umask is.
enum PrivateFiles {
  /// Makes a folder, or takes one that is there already and closed to everybody else.
  /// - Throws: ``ServeError`` for a folder that others may read or write, or that belongs to another user.
  static func makeFolder(_ folder: URL) throws {
    let parent = folder.deletingLastPathComponent()
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    if unsafe mkdir(folder.path, 0o700) == 0 { return }
    guard errno == EEXIST else { throw ServeError(description: "\(folder.path) cannot be made: \(reason())") }
    var status = stat()
    guard unsafe stat(folder.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw ServeError(description: "\(folder.path) is there, and it is no folder")
    }
    guard status.st_uid == geteuid() else {
      throw ServeError(description: "\(folder.path) belongs to another user: it must be the module's own")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw ServeError(description: "\(folder.path) is open to other users: close it with chmod 700")
    }
  }

  /// Writes the whole file or none of it.
  /// - Parameter replacing: false to leave a file alone that somebody else has made meanwhile.
  static func write(_ data: Data, to file: URL, replacing: Bool = true) throws {
    let draft = file.deletingLastPathComponent().appendingPathComponent(".\(UUID().uuidString)").path
    try fill(draft, data)
    defer { _ = unsafe unlink(draft) }
    if replacing {
      guard unsafe rename(draft, file.path) == 0 else { throw failure(file) }
    } else {
      guard unsafe link(draft, file.path) == 0 || errno == EEXIST else { throw failure(file) }
    }
  }

  private static func fill(_ path: String, _ data: Data) throws {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(URL(fileURLWithPath: path)) }
    do {
      let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      try handle.write(contentsOf: data)
      try handle.synchronize()
      try handle.close()
    } catch {
      _ = unsafe unlink(path)
      throw error
    }
  }

  private static func failure(_ file: URL) -> ServeError {
    ServeError(description: "\(file.path) cannot be written: \(reason())")
  }

  private static func reason() -> String { unsafe String(cString: strerror(errno)) }
}
