public import AccessModel
public import AuthenticatorKit
public import OneTimeCodes

/// Gives a citizen a key for an authenticator application, and takes it away. No part of a login: a command or a page
/// of the account calls it.
public struct TOTPEnrolment: Sendable {
  /// RFC 4226 section 4 recommends 160 bits.
  static let keyBytes = 20

  private let parameters: TOTPParameters
  private let issuer: String
  private let storage: any ModuleStorage
  private let world: World

  /// - Parameter context: of the instance that will ask for the codes; another instance sees another storage.
  public init(parameters: TOTPParameters = .usual, context: AuthenticatorContext) {
    self.parameters = parameters
    issuer = context.issuer
    storage = context.storage
    world = context.world
  }

  /// Makes a new key and keeps it, in place of one that was there before.
  /// - Parameter label: the name of the account in the application, 1 to 40 characters; it must hold no fiscal code,
  ///   because it is shown on a telephone's screen and copied to its backups.
  /// - Returns: the `otpauth://` URI as text; it carries the key, so it is a ``Secret``.
  public func enrol(_ subject: FiscalCode, label: String) async throws(TOTPEnrolmentError) -> Secret {
    try TOTPEnrolment.check(label)
    let record = TOTPRecord(parameters: parameters, key: Secret(world.random(TOTPEnrolment.keyBytes)))
    guard try await replace(subject, with: record) else { throw .interrupted }
    return uri(of: record, label: label)
  }

  /// Takes the method away from a citizen.
  /// - Returns: whether there was one.
  public func remove(_ subject: FiscalCode) async throws(TOTPEnrolmentError) -> Bool {
    guard let isGone = try await delete(subject) else { return false }
    guard isGone else { throw .interrupted }
    return true
  }

  private func replace(_ subject: FiscalCode, with record: TOTPRecord) async throws(TOTPEnrolmentError) -> Bool {
    do throws(AuthenticatorFault) {
      let key = storage.totpKey(of: subject)
      let old = try await storage.get(key)
      return try await storage.put(key, record.bytes, ifVersion: old?.version, expiresAt: nil)
    } catch {
      throw .storage(error)
    }
  }

  /// - Returns: whether the enrolment that was read is gone; nil if there was none.
  private func delete(_ subject: FiscalCode) async throws(TOTPEnrolmentError) -> Bool? {
    do throws(AuthenticatorFault) {
      let key = storage.totpKey(of: subject)
      guard let old = try await storage.get(key) else { return nil }
      return try await storage.delete(key, ifVersion: old.version)
    } catch {
      throw .storage(error)
    }
  }

  /// The key URI format that authenticator applications read from a QR code.
  private func uri(of record: TOTPRecord, label: String) -> Secret {
    let issuer = PercentEncoding.encode(issuer)
    let name = "\(issuer):\(PercentEncoding.encode(label))"
    return Secret(
      "otpauth://totp/\(name)?secret=\(Base32.encode(record.key.bytes))&issuer=\(issuer)"
        + "&algorithm=\(parameters.algorithm.uriName)&digits=\(parameters.digits)&period=\(parameters.period)")
  }

  private static func check(_ label: String) throws(TOTPEnrolmentError) {
    guard (1...40).contains(label.count), label.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != 0x3A }) else {
      throw .label
    }
    let bytes = label.utf8.filter { $0 != 0x20 }
    for start in bytes.indices.dropLast(15) {
      let part = String(decoding: bytes[start..<start + 16], as: UTF8.self)
      guard (try? FiscalCode(part)) == nil else { throw .labelHoldsFiscalCode }
    }
  }
}

/// Why somebody was not enrolled.
public enum TOTPEnrolmentError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Not 1 to 40 characters, or a colon or control character among them.
  case label
  case labelHoldsFiscalCode
  /// Somebody else changed the enrolment at the same moment, or the person was just logging in; try again.
  case interrupted
  case storage(AuthenticatorFault)

  public var description: String {
    switch self {
    case .label: "the label must have 1 to 40 characters, without colon and control characters"
    case .labelHoldsFiscalCode: "the label must not hold a fiscal code: it is shown on a telephone's screen"
    case .interrupted: "the enrolment was changed at the same moment; try again"
    case .storage: "the module's storage did not answer"
    }
  }
}
