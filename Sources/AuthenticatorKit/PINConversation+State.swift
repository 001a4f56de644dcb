import AccessModel

/// What a PIN conversation remembers between two steps: whom it is about, if anybody, and no secret.
///
/// `?` for nobody yet, `=` and the fiscal code for somebody; an empty state is neither, so that a lost one cannot turn
/// a step-up into a first login.
struct PINConversationState: Sendable, Equatable {
  let subject: FiscalCode?

  init(_ subject: FiscalCode?) { self.subject = subject }

  /// - Returns: nil for bytes that no PIN conversation wrote.
  init?(_ state: AuthenticationState) {
    switch state.bytes.first {
    case UInt8(ascii: "?") where state.bytes.count == 1:
      subject = nil
    case UInt8(ascii: "="):
      guard let code = try? FiscalCode(String(decoding: state.bytes.dropFirst(), as: UTF8.self)) else { return nil }
      subject = code
    default:
      return nil
    }
  }

  /// The bytes to hand to the host, which seals them.
  var sealable: AuthenticationState {
    AuthenticationState(bytes: subject.map { Array("=\($0.rawValue)".utf8) } ?? Array("?".utf8))
  }
}

extension Secret {
  /// A PIN as the vault compares it: PINs are alphanumeric and case does not matter (spec 6.1), and people type spaces
  /// and hyphens between the groups. Only ASCII letters change case; any other byte stays as it is and will not match.
  public func normalisedAsPIN() -> Secret {
    Secret(
      bytes.compactMap { byte -> UInt8? in
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "-"): nil
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
        default: byte
        }
      })
  }
}
