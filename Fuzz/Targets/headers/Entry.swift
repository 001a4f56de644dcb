import Foundation
import FuzzEntries

/// Called by libFuzzer, whose own main this program has.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  if let broken = HeaderEntry().brokenPromise(Array(UnsafeBufferPointer(start: bytes, count: size))) {
    FileHandle.standardError.write(Data("broken promise: \(broken)\n".utf8))
    abort()
  }
  return 0
}
