import AccessModel
import AuthenticatorKit
import OneTimeCodes

/// What is kept of an enrolment: the key, how codes are computed, and the last time step that was used.
struct TOTPRecord: Sendable, Equatable {
  static let version: UInt8 = 1
  private static let headerBytes = 12

  let parameters: TOTPParameters
  /// The step of the last code that was accepted; -1 for none. Only later ones are good (RFC 6238 section 5.2).
  let lastStep: Int64
  let key: Secret

  init(parameters: TOTPParameters, lastStep: Int64 = -1, key: Secret) {
    self.parameters = parameters
    self.lastStep = lastStep
    self.key = key
  }

  /// - Returns: nil for bytes that this module did not write.
  init?(_ bytes: [UInt8]) {
    guard bytes.count > TOTPRecord.headerBytes, bytes[0] == TOTPRecord.version,
      let algorithm = TOTPParameters.Algorithm(rawValue: bytes[1]), bytes[2] == 6 || bytes[2] == 8,
      (15...120).contains(bytes[3])
    else { return nil }
    parameters = TOTPParameters(algorithm: algorithm, digits: Int(bytes[2]), period: Int(bytes[3]))
    lastStep = Int64(bitPattern: bytes[4..<12].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    key = Secret(bytes[TOTPRecord.headerBytes...])
  }

  var bytes: [UInt8] {
    let step = (0..<8).map { UInt8(truncatingIfNeeded: lastStep >> (56 - 8 * Int64($0))) }
    let header = [
      TOTPRecord.version, parameters.algorithm.rawValue, UInt8(parameters.digits), UInt8(parameters.period),
    ]
    return header + step + key.bytes
  }

  /// The time step whose code this is, among those not used yet.
  /// - Parameter window: how many steps before and after the present one count.
  func step(of code: Secret, at now: Instant, window: Int64) -> Int64? {
    TOTPCode.step(of: code, key: key, at: now, window: window, after: lastStep, parameters: parameters)
  }

  func used(_ step: Int64) -> TOTPRecord { TOTPRecord(parameters: parameters, lastStep: step, key: key) }
}

extension ModuleStorage {
  /// Where a citizen's enrolment is kept.
  func totpKey(of subject: FiscalCode) -> String { "enrolment/\(pseudonym(of: subject))" }
}
