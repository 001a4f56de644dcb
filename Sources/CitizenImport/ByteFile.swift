import Foundation

/// A file read piece by piece, so that its size does not matter.
struct ByteFile {
  private let handle: FileHandle
  private let chunkSize: Int

  init(path: String, chunkSize: Int = 1 << 16) throws(ImportError) {
    var isFolder: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    guard exists, !isFolder.boolValue, let handle = FileHandle(forReadingAtPath: path) else {
      throw .cannotRead(path: path, isFolder.boolValue ? "it is a folder" : exists ? "it may not be read" : "not there")
    }
    self.handle = handle
    self.chunkSize = chunkSize
  }

  /// The next bytes; empty at the end.
  func next() throws(ImportError) -> [UInt8] {
    do {
      return try handle.read(upToCount: chunkSize).map(Array.init) ?? []
    } catch {
      throw .cannotRead(path: "the file", "reading stopped in the middle")
    }
  }

  func close() { try? handle.close() }
}
