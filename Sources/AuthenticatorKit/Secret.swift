import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Bytes that must not be printed, logged or left in memory.
///
/// Compares in constant time and overwrites its copy when the last reference goes.
public struct Secret: Sendable, Equatable {
  private let storage: SecretStorage

  public init(_ bytes: some Sequence<UInt8>) { storage = SecretStorage(Array(bytes)) }
  public init(_ text: some StringProtocol) { self.init(text.utf8) }

  public var count: Int { storage.bytes.count }
  public var isEmpty: Bool { storage.bytes.isEmpty }
  /// A copy of the bytes, to hand to cryptography; the caller's copy is the caller's.
  public var bytes: [UInt8] { storage.bytes }
  /// The bytes as text, or nil if they are not UTF-8.
  public var utf8Text: String? { String(validating: storage.bytes, as: UTF8.self) }

  /// Constant time in the content; the length is not hidden.
  public static func == (left: Secret, right: Secret) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left.storage.bytes, right.storage.bytes).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "Secret(\(count) bytes)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

private final class SecretStorage: Sendable {
  private let contents: Mutex<[UInt8]>

  init(_ bytes: [UInt8]) { contents = Mutex(bytes) }

  var bytes: [UInt8] { contents.withLock { $0 } }

  deinit {
    contents.withLock { bytes in
      unsafe bytes.withUnsafeMutableBytes { buffer in
        guard let base = buffer.baseAddress else { return }
        #if canImport(Glibc)
        unsafe explicit_bzero(base, buffer.count)
        #else
        unsafe memset_s(base, buffer.count, 0, buffer.count)
        #endif
      }
    }
  }
}
