import AuthenticatorKit
import SPIDStubProvider

/// Why a login through SPID failed, in the words of specification section 4.8; the English ones are the fact `english`.
enum SPIDDenial {
  static func error(_ code: SPIDErrorCode, asked: SPIDLevel) -> Denial {
    let (italian, english) = text(code, asked)
    let facts = code == .nr20 ? ["level": "\(asked.rawValue)"] : [:]
    return denial("spid-\(code.rawValue)", italian, english, facts)
  }

  /// The provider has authenticated at a lower level than was asked for (specification section 4.1).
  static func level(_ asked: SPIDLevel) -> Denial {
    denial(
      "spid-level",
      "Per questo servizio serve SPID di livello \(asked.rawValue), e il tuo gestore ha usato un livello più basso.",
      "This service needs SPID of level \(asked.rawValue), and your provider has used a lower one.",
      ["level": "\(asked.rawValue)"])
  }

  static let foreign = denial(
    "spid-foreign",
    "La tua identità è stata rilasciata in un altro Paese: questo servizio accetta per ora solo il codice fiscale "
      + "italiano.",
    "Your identity is of another country: for now this service accepts only an Italian fiscal code.")

  /// No valid fiscal code where there has to be one; what is wrong with it is not told.
  static let attributes = denial("spid-attributes", invalid.italian, invalid.english)

  /// No response, one that was fetched before, is too old, or answers another request.
  static let response = denial("spid-response", invalid.italian, invalid.english)

  private static let invalid = (
    italian: "Non siamo riusciti a verificare la risposta del gestore SPID.",
    english: "We could not verify the answer of the SPID provider."
  )

  private static func denial(
    _ reason: String, _ italian: String, _ english: String, _ facts: [String: String] = [:]
  ) -> Denial {
    .explained(reason, italian, facts: facts.merging(["english": english]) { first, _ in first })
  }

  private static func text(_ code: SPIDErrorCode, _ asked: SPIDLevel) -> (italian: String, english: String) {
    switch code {
    case .nr19:
      (
        "Hai superato il numero di tentativi consentiti dal tuo gestore SPID. Controlla le credenziali e riprova.",
        "You have tried more often than your SPID provider allows. Check your credentials and try again."
      )
    case .nr20:
      (
        "Per questo servizio serve SPID di livello \(asked.rawValue). La tua identità non ha ancora credenziali di "
          + "questo livello: richiedile al tuo gestore.",
        "This service needs SPID of level \(asked.rawValue). Your identity has no credentials of this level yet: ask "
          + "your provider for them."
      )
    case .nr21: ("È passato troppo tempo. Ripeti l'accesso.", "Too much time has passed. Log in again.")
    case .nr22:
      (
        "Non hai autorizzato l'invio dei dati. Senza il tuo consenso non possiamo farti entrare.",
        "You have not agreed to the sending of your data. Without your consent we cannot let you in."
      )
    case .nr23:
      (
        "La tua identità SPID risulta sospesa, revocata o bloccata. Rivolgiti al tuo gestore.",
        "Your SPID identity is suspended, revoked or blocked. Turn to your provider."
      )
    case .nr25: ("Hai annullato l'accesso.", "You have cancelled the login.")
    case .nr30:
      (
        "Hai usato un tipo di identità SPID diverso da quello richiesto. Usa la tua identità personale.",
        "You have used another kind of SPID identity than the one asked for. Use your personal identity."
      )
    }
  }
}
