import AccessModel

extension AuthenticatorConformance {
  /// Right answers sent with a damaged state verify nobody else. The host seals states, so this is the second line.
  func stateFindings(_ script: Script) async -> [Finding] {
    var findings: [Finding] = []
    for damage in StateDamage.allCases {
      let end = try? await converse(script.login, answers: script.right, tamper: damage.apply).end
      guard let subject = end?.verifiedSubject, subject != script.expected else { continue }
      findings.append(Finding(.hostileStatesFail, "\(damage.rawValue) verified another subject"))
    }
    return findings
  }

  /// Without a right answer no state at all verifies anybody.
  func hostileStateFindings() async -> [Finding] {
    var findings: [Finding] = []
    for damage in StateDamage.allCases {
      for login in ordinaryLogins {
        let empty: Answerer = { _, _ in LoginAnswer([:]) }
        let end = try? await converse(login, answers: empty, tamper: damage.apply).end
        guard end?.verifiedSubject != nil else { continue }
        findings.append(Finding(.hostileStatesFail, "\(damage.rawValue) and no answer verified somebody"))
      }
    }
    return findings
  }
}

/// Ways in which a state can come back wrong.
private enum StateDamage: String, CaseIterable {
  case emptied = "an empty state"
  case truncated = "a truncated state"
  case flippedFirst = "a state whose first bit is flipped"
  case flippedLast = "a state whose last bit is flipped"
  case foreign = "a foreign state"
  case stranger = "a state that names a stranger"

  @Sendable func apply(_ state: AuthenticationState) -> AuthenticationState {
    var bytes = state.bytes
    switch self {
    case .emptied: bytes = []
    case .truncated: bytes = Array(bytes.prefix(bytes.count / 2))
    case .flippedFirst: if !bytes.isEmpty { bytes[0] ^= 0x80 }
    case .flippedLast: if !bytes.isEmpty { bytes[bytes.count - 1] ^= 0x01 }
    case .foreign: bytes = (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    case .stranger: bytes = AuthenticatorConformance.strangers.first.map { Array($0.rawValue.utf8) } ?? []
    }
    return AuthenticationState(bytes: bytes)
  }
}
