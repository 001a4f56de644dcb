import Foundation
import FuzzEntries

private let entry: CertificateEntry = {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../known"
  guard let known = try? KnownFiles(folder: folder) else { stop("the folder known cannot be read: run seeds.sh") }
  return CertificateEntry(known: known)
}()

private func stop(_ why: String) -> Never {
  FileHandle.standardError.write(Data("\(why)\n".utf8))
  abort()
}

/// Called by libFuzzer, whose own main this program has.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  if let broken = entry.brokenPromise(Array(UnsafeBufferPointer(start: bytes, count: size))) {
    stop("broken promise: \(broken)")
  }
  return 0
}
