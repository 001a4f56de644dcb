public import AuthenticatorKit
import Sealing

/// A device as the store knows it: by the hash of what it keeps.
public struct DeviceTag: Sendable, Equatable {
  /// For `DeviceStore`.
  public let hash: [UInt8]

  /// - Returns: nil for a stranger, and for a value that is none of ours.
  public init?(_ attempt: AttemptContext) {
    guard let device = attempt.device, (1...64).contains(device.utf8.count) else { return nil }
    hash = TokenHash.of(device)
  }

  /// The bucket of this device's own attempts.
  public var bucket: String { "device:" + Base64.urlEncode(hash.prefix(16)) }
  /// The bucket of all strangers.
  public static let shared = "shared"
}
