import AuthenticatorKit

/// What the pages say about refusals; those of cards stand here, others bring their own words. Each says what is wrong and
/// what to do.
struct DenialWords {
  let language: PageLanguage

  /// The reason of a refusal, in the person's language; what the module itself said where we know no better.
  func text(_ denial: Denial) -> String {
    let date = denial.facts["date"].map(day) ?? language.text("una data passata", "a date in the past")
    if let known = DenialWords.known(denial.rawValue, date) { return language.text(known.italian, known.english) }
    let own = denial.facts[language == .italian ? "italian" : "english"] ?? denial.explanation
    if denial.isRevealable, let own { return own }
    return language.text("L'accesso non è riuscito.", "The login did not succeed.")
  }

  /// Whether a reason is one of those that have words here.
  static func knows(_ reason: String) -> Bool { known(reason, "") != nil }

  /// `2026-03-09` as people write it.
  private func day(_ iso: String) -> String {
    let parts = iso.prefix(10).split(separator: "-")
    guard parts.count == 3 else { return iso }
    return language.text("\(parts[2])/\(parts[1])/\(parts[0])", String(iso.prefix(10)))
  }

  private static func known(_ reason: String, _ date: String) -> (italian: String, english: String)? {
    switch reason {
    case "certificate-missing":
      (
        "Non è arrivato nessun certificato. Inserisci la carta nel lettore, chiudi del tutto il browser, riaprilo e scegli "
          + "il certificato quando te lo chiede.",
        "No certificate arrived. Put the card into the reader, close the browser entirely, open it again and choose the "
          + "certificate when asked."
      )
    case "certificate-expired":
      (
        "Il certificato di questa carta è scaduto il \(date). Chiedi una nuova carta alla tua azienda sanitaria, oppure "
          + "accedi in un altro modo.",
        "The certificate of this card expired on \(date). Ask your local health authority for a new card, or log in in "
          + "another way."
      )
    case "certificate-not-yet-valid":
      (
        "Il certificato di questa carta vale solo dal \(date). Riprova da quel giorno.",
        "The certificate of this card is valid only from \(date). Try again from that day on."
      )
    case "certificate-revoked":
      (
        "Questa carta è stata revocata dall'ente che l'ha emessa. Se la carta è tua e non sai perché, chiama l'ente che "
          + "te l'ha data.",
        "This card has been revoked by the body that issued it. If it is yours and you do not know why, call whoever "
          + "issued it."
      )
    default: rest[reason]
    }
  }

  private static let rest: [String: (italian: String, english: String)] = [
    "certificate-untrusted": (
      "Questa carta non è di un emittente che conosciamo. Sono accettate le tessere sanitarie con chip (TS-CNS) e le CNS.",
      "This card is not from an issuer that we know. Accepted are health cards with a chip (TS-CNS) and CNS cards."
    ),
    "certificate-not-a-cns": (
      "Il certificato scelto non è quello di una CNS. Se la carta ne ha più di uno, scegli quello di autenticazione CNS.",
      "The chosen certificate is not that of a CNS. If the card has several, choose the one for CNS authentication."
    ),
    "certificate-for-signing": (
      "Hai scelto il certificato di firma. Chiudi il browser, riaprilo e scegli quello di autenticazione.",
      "You chose the signing certificate. Close the browser, open it again and choose the one for authentication."
    ),
    "certificate-purpose": (
      "Questo certificato non è fatto per accedere a un sito. Scegli quello di autenticazione.",
      "This certificate is not made for logging in to a site. Choose the one for authentication."
    ),
    "certificate-refused-by-proxy": (
      "Il certificato di questa carta è scaduto, non vale ancora, o non è di un emittente accettato. Se la carta è nuova, "
        + "controlla di aver scelto il certificato di autenticazione.",
      "The certificate of this card has expired, is not valid yet, or is not from an accepted issuer. If the card is new, "
        + "make sure that you chose the certificate for authentication."
    ),
    "certificate-weak": (
      "La chiave di questa carta non è più considerata sicura. Chiedi una nuova carta, oppure accedi in un altro modo.",
      "The key of this card is not considered safe any more. Ask for a new card, or log in in another way."
    ),
    "certificate-identity": (
      "Sul certificato non c'è un codice fiscale valido. Rivolgiti all'ente che ha emesso la carta.",
      "There is no valid fiscal code in the certificate. Turn to the body that issued the card."
    ),
    "revocation-unknown": (
      "In questo momento non possiamo verificare se la carta è stata revocata. Riprova più tardi, oppure accedi in un "
        + "altro modo.",
      "Just now we cannot find out whether the card has been revoked. Try again later, or log in in another way."
    ),
    "certificate-unreadable": (
      "Il certificato della carta è danneggiato o non è fatto come deve. Rivolgiti all'ente che ha emesso la carta.",
      "The card's certificate is damaged or not as it has to be. Turn to the body that issued the card."
    ),
    "not-registered": (
      "La carta è valida, ma non risulti tra gli utenti di questo servizio. Contatta l'assistenza.",
      "The card is good, but you are not among the users of this service. Contact the help desk."
    ),
    "another-person": (
      "La carta è valida, ma è di una persona diversa da quella che sta usando il servizio. Togli la carta e ricomincia.",
      "The card is good, but it belongs to somebody else than the person who is signed in. Take it out and start again."
    ),
  ]
}
