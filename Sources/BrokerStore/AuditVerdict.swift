/// What a walk over the audit log found.
public enum AuditVerdict: Sendable, Equatable {
  case intact(records: Int, chains: Int)
  /// The first record that is not as it was written; what follows it was not looked at.
  case broken(AuditBreak)
}

/// Where the audit log was tampered with, and how.
public struct AuditBreak: Sendable, Equatable, CustomStringConvertible {
  public enum What: Sendable, Equatable {
    /// The record's content is not what its HMAC covers.
    case changed
    /// There is no record with this number, though there are later ones.
    case removed
    /// The record stood at another place of the chain.
    case reordered
    /// The chain ends before this number, which its head or a checkpoint knows.
    case cutOff
    /// The record has a number that no chain gives.
    case foreign
    /// The chain's head does not name its last record.
    case headDiffers
    /// A checkpoint outside the database knows another record with this number.
    case rewritten
    /// The record was made under a key that this installation does not have.
    case unknownKey(String)
    /// The checkpoint itself was not made by this installation.
    case falseCheckpoint
  }

  public let chain: String
  /// The record's number in its chain, from 1.
  public let sequence: Int64
  public let what: What

  public init(chain: String, sequence: Int64, what: What) {
    self.chain = chain
    self.sequence = sequence
    self.what = what
  }

  public var description: String {
    let record = "record \(sequence) of chain \(chain)"
    return switch what {
    case .changed: "\(record) was changed"
    case .removed: "\(record) was removed"
    case .reordered: "\(record) was moved from another place"
    case .cutOff: "chain \(chain) was cut off before record \(sequence)"
    case .foreign: "\(record) has a number that is never given"
    case .headDiffers: "the head of chain \(chain) does not name its last record, \(sequence)"
    case .rewritten: "\(record) is not the one that the checkpoint knows"
    case .unknownKey(let id): "\(record) names the unknown key \(id)"
    case .falseCheckpoint: "the checkpoint for \(record) was not made by this installation"
    }
  }
}

/// The last record of a chain.
public struct AuditHead: Sendable, Equatable {
  public let chain: String
  public let sequence: Int64
  public let mac: [UInt8]

  public init(chain: String, sequence: Int64, mac: [UInt8]) {
    self.chain = chain
    self.sequence = sequence
    self.mac = mac
  }
}

/// A place in the log, to read on from.
public struct AuditPosition: Sendable, Equatable {
  public let chain: String
  public let sequence: Int64

  public init(chain: String, sequence: Int64) {
    self.chain = chain
    self.sequence = sequence
  }
}

extension AuditRecord {
  public var position: AuditPosition { AuditPosition(chain: chain, sequence: sequence) }
}
