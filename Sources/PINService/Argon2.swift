public import AuthenticatorKit
import CArgon2

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Argon2id (RFC 9106), as a function of its inputs. Blocks for tens of milliseconds: run it on a ``HashPool``.
public enum Argon2 {
  /// Hashes a secret.
  /// - Parameters:
  ///   - salt: 8 to 64 bytes, random.
  ///   - count: bytes of output, 16 to 64.
  /// - Throws: ``Argon2Error``, such as when there is no memory.
  public static func hash(
    _ secret: Secret, salt: [UInt8], parameters: Argon2Parameters, count: Int = 32
  ) throws(Argon2Error) -> Secret {
    let password = secret.bytes
    var tag = [UInt8](repeating: 0, count: count)
    defer { wipe(&tag) }
    let code = unsafe argon2id_hash_raw(
      UInt32(parameters.iterations), UInt32(parameters.memoryKiB), UInt32(parameters.lanes), password, password.count,
      salt, salt.count, &tag, count)
    guard code == ARGON2_OK.rawValue else { throw Argon2Error(code: code) }
    return copy(tag)
  }

  /// A copy with storage of its own: an array shared with ``Secret`` would be wiped in one of the two only.
  private static func copy(_ tag: [UInt8]) -> Secret { Secret(tag.map { $0 }) }

  private static func wipe(_ bytes: inout [UInt8]) {
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

/// libargon2 refused; the code is one of its `argon2.h`.
public struct Argon2Error: Error, Sendable, Equatable, CustomStringConvertible {
  public let code: Int32
  public var description: String { "Argon2 failed with its code \(code)" }
}

/// What a hash costs. Kept with each hash, so that it can be raised (RFC 9106 section 3.1).
public struct Argon2Parameters: Sendable, Equatable {
  public let memoryKiB: Int
  public let iterations: Int
  public let lanes: Int

  /// - Parameters:
  ///   - memoryKiB: 8 for each lane to 1,048,576 (1 GiB).
  ///   - iterations: 1 to 64.
  ///   - lanes: 1 to 16.
  /// - Returns: nil outside of these bounds.
  public init?(memoryKiB: Int, iterations: Int, lanes: Int = 1) {
    guard (1...16).contains(lanes), (8 * lanes...1_048_576).contains(memoryKiB), (1...64).contains(iterations) else {
      return nil
    }
    self.init(checked: memoryKiB, iterations, lanes)
  }

  private init(checked memoryKiB: Int, _ iterations: Int, _ lanes: Int) {
    self.memoryKiB = memoryKiB
    self.iterations = iterations
    self.lanes = lanes
  }

  /// 19 MiB and two passes: the minimum of OWASP's Password Storage Cheat Sheet.
  public static let minimum = Argon2Parameters(checked: 19_456, 2, 1)

  /// Whether a hash made with these should be made anew with others.
  func isWeaker(than other: Argon2Parameters) -> Bool {
    memoryKiB < other.memoryKiB || iterations < other.iterations
  }
}
