#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension RevocationList {
  /// Reads lists from a file. Its bytes are in memory once, and only for as long as the reading takes.
  public static func read(
    contentsOf path: String, limits: FileLimits = FileLimits(maximumBytes: maximumSize)
  ) throws(CertificateError) -> [RevocationList] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw CertificateError(.unreadableFile, "the file cannot be opened") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw CertificateError(.unreadableFile, "not a regular file")
    }
    let count = Int(status.st_size)
    guard count > 0 else { throw CertificateError(.empty, "an empty file") }
    guard count <= limits.maximumBytes else {
      throw CertificateError(.tooLarge, "a file of more than \(limits.maximumBytes) bytes")
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { buffer.deallocate() }
    guard fill(buffer, from: file) else { throw CertificateError(.unreadableFile, "the file cannot be read") }
    return try read(UnsafeRawBufferPointer(buffer), limits: limits)
  }

  private static func fill(_ buffer: UnsafeMutableRawBufferPointer, from file: Int32) -> Bool {
    var rest = buffer[...]
    while !rest.isEmpty {
      let got = readSome(file, UnsafeMutableRawBufferPointer(rebasing: rest))
      guard got > 0 else { return false }
      rest = rest.dropFirst(got)
    }
    return true
  }

  /// `read` again when a signal came in between.
  private static func readSome(_ file: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      #if canImport(Glibc)
      let got = Glibc.read(file, buffer.baseAddress, buffer.count)
      #else
      let got = Darwin.read(file, buffer.baseAddress, buffer.count)
      #endif
      guard got < 0, errno == EINTR else { return got }
    }
  }
}
