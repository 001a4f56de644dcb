/// What the provider's pages say.
struct StubWords {
  let isItalian: Bool

  private func text(_ italian: String, _ english: String) -> String { isItalian ? italian : english }

  var banner: String { text(StubBanner.italian, StubBanner.english) }

  var wrong: String {
    text(
      "Le credenziali non sono corrette. Dopo un errore bisogna aspettare tre minuti, e tre di più a ogni errore che "
        + "segue.",
      "The credentials are not right. After a mistake you have to wait three minutes, and three more with each further "
        + "one.")
  }
  var malformed: String { text("Compila tutti i campi.", "Fill in every field.") }
  var over: String {
    text(
      "Questa richiesta non c'è più: è scaduta o è già stata usata. Torna al servizio e ricomincia.",
      "This request is over or has been used. Go back to the service and begin again.")
  }
  var away: String {
    text("In questo momento non funziona. Riprova più tardi.", "This does not work just now. Try again later.")
  }

  func title(_ step: StubProgress.Step) -> String {
    switch step {
    case .password: text("Accesso di prova", "Test login")
    case .code: text("Codice temporaneo", "One-time code")
    case .confirmation: text("Conferma", "Confirmation")
    case .consent: text("Dati da inviare", "Data to be sent")
    }
  }

  func paragraphs(_ progress: StubProgress, _ identity: StubIdentity?) -> [String] {
    switch progress.step {
    case .password: [asked(progress.asked)]
    case .code: [text("Scrivi il codice a sei cifre della tua app.", "Type the six digits that your app shows.")]
    case .confirmation:
      [
        text(
          "Questa conferma sta al posto del certificato nel tuo dispositivo.",
          "This confirmation stands for the certificate in your device.")
      ]
    case .consent: consent(progress.asked, identity)
    }
  }

  func fields(_ step: StubProgress.Step) -> [(name: String, label: String)] {
    switch step {
    case .password: [("user", text("Nome utente", "User name")), ("password", "Password")]
    case .code: [("code", text("Codice", "Code"))]
    case .confirmation, .consent: []
    }
  }

  func onward(_ step: StubProgress.Step) -> String {
    switch step {
    case .password: text("Entra", "Log in")
    case .code: text("Continua", "Continue")
    case .confirmation: text("Confermo", "I confirm")
    case .consent: text("Acconsento", "I agree")
    }
  }

  var cancel: String { text("Annulla", "Cancel") }
  var refuse: String { text("Non acconsento", "I do not agree") }

  private func asked(_ level: SPIDLevel) -> String {
    text(
      "Un servizio chiede un accesso di livello \(level.rawValue).",
      "A service asks for a login of level \(level.rawValue).")
  }

  /// What would be sent, each on a line of its own.
  private func consent(_ asked: SPIDLevel, _ identity: StubIdentity?) -> [String] {
    guard let identity else { return [] }
    let sent = identity.assertion(asked).attributes
    let lines = SPIDAttribute.requested.compactMap { attribute in
      sent[attribute.rawValue].map { "\(attribute.label(isItalian)): \(attribute.shown($0))" }
    }
    let opening = text("invierà al servizio questi dati:", "will send these data to the service:")
    return ["\(identity.provider) \(opening)"] + lines
  }
}
