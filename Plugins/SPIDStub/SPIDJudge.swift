import AccessModel
import AuthenticatorKit
import SPIDStubProvider

/// Judges what a provider says of somebody; the provider may err, and may say more or less than was asked.
struct SPIDJudge {
  /// The comparison is `minimum`: this level or a higher one (specification section 4.1).
  let asked: SPIDLevel
  /// Whom the login is about; nil for anybody.
  let subject: FiscalCode?

  func judge(_ outcome: StubOutcome) -> AuthenticationStep {
    switch outcome {
    case .error(let code): .denied(SPIDDenial.error(code, asked: asked))
    case .success(let assertion): judge(assertion)
    }
  }

  private func judge(_ assertion: StubAssertion) -> AuthenticationStep {
    guard assertion.level >= asked else { return .denied(SPIDDenial.level(asked)) }
    switch SPIDFiscalNumber(assertion.attributes["fiscalNumber"]) {
    case .malformed: return .denied(SPIDDenial.attributes)
    case .foreign: return .denied(SPIDDenial.foreign)
    case .italian(let code):
      guard subject == nil || subject == code else { return .denied(.anotherPerson) }
      return .verified(VerifiedIdentity(subject: .fiscalCode(code), acr: assertion.level.acr))
    }
  }
}

/// The attribute `fiscalNumber` (specification section 4.7): the only one that is read strictly.
enum SPIDFiscalNumber: Equatable {
  case italian(FiscalCode)
  /// The number of another country, `TIN`, its two letters and a hyphen.
  case foreign
  case malformed

  init(_ value: String?) {
    let bytes = Array((value ?? "").utf8)
    guard bytes.count > 6, bytes.starts(with: Array("TIN".utf8)), bytes[5] == UInt8(ascii: "-"),
      bytes[3...4].allSatisfy({ (0x41...0x5A).contains($0) })
    else {
      self = .malformed
      return
    }
    let number = String(decoding: bytes[6...], as: UTF8.self)
    if Array(bytes[3...4]) != Array("IT".utf8) {
      self = .foreign
    } else if let code = try? FiscalCode(number), code.rawValue == number {
      // Nothing is trimmed or upper-cased: this is no person's typing.
      self = .italian(code)
    } else {
      self = .malformed
    }
  }
}
