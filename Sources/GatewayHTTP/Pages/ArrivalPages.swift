import AuthenticatorKit

/// The pages of a login that leaves the main host, to show a card or to prove it elsewhere, and comes back.
struct ArrivalPages {
  let language: PageLanguage
  /// Whether it was a card that was to be shown, or a page of somebody else's that was to say who it is.
  let isCard: Bool

  /// Where its pages are on the main host.
  var path: String { isCard ? "/login/cns" : "/login/step" }

  /// Before the person is sent to somebody else's page.
  func leave(to host: String, action: String, relay: String, token: String) -> Page {
    Page(
      title: language.text("Accedi da un'altra pagina", "Log in on another page"),
      paragraphs: [
        language.text(
          "Vai a \(host): fatti riconoscere lì, poi torni qui.",
          "You go to \(host): prove there who you are, and come back here.")
      ],
      forms: [
        Page.Form(
          action: action, label: language.text("Continua", "Continue"),
          fields: [.init(name: "relay_state", value: relay), .init(name: "csrf", value: token)])
      ])
  }

  /// Sends the person on with fields to post, by a press of the button.
  func post(to address: String, _ fields: [String: String]) -> Page {
    Page(
      title: language.text("Continua", "Continue"),
      forms: [
        Page.Form(
          action: address, label: language.text("Continua", "Continue"),
          fields: fields.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) })
      ])
  }

  /// Before the card is asked for.
  func begin(address: String, relay: String, token: String) -> Page {
    Page(
      title: language.text("Accedi con la carta (CNS)", "Log in with your card (CNS)"),
      steps: [
        language.text("Collega il lettore e inserisci la carta.", "Connect the reader and put the card in."),
        language.text(
          "Premi Continua: il browser ti chiede quale certificato usare. Scegli quello di autenticazione.",
          "Press Continue: the browser asks which certificate to use. Choose the one for authentication."),
        language.text(
          "Scrivi il PIN della carta. Resta sulla carta: noi non lo riceviamo mai.",
          "Type the card's PIN. It stays on the card: we never receive it."),
      ],
      forms: [
        Page.Form(
          action: address, label: language.text("Continua", "Continue"),
          fields: [.init(name: "relay_state", value: relay), .init(name: "csrf", value: token)])
      ],
      links: [
        .init(
          address: "/login#cns", label: language.text("Non funziona? Che cosa provare", "It does not work? What to try")
        )
      ])
  }

  /// The card is good: is it you, and is it your login?
  func confirm(_ proposal: ArrivalProposal, action: String) -> Page {
    Page(
      title: language.text("Sei tu?", "Is this you?"), paragraphs: [purpose(of: proposal)],
      rows: [
        .init(label: language.text("Nome", "Name"), value: proposal.name),
        .init(label: language.text("Codice fiscale", "Fiscal code"), value: "••••••••••••\(proposal.lastCharacters)"),
      ], forms: forms(code: proposal.code, action: action))
  }

  /// The number was not the right one.
  func again(code: String, action: String) -> Page {
    Page(
      title: language.text("Il numero non è quello giusto", "That is not the number"),
      alert: language.text(
        "Guarda il numero che ti mostra l'applicazione. Se qualcuno ti ha mandato il link, premi «Non sono io».",
        "Look at the number that the application shows. If somebody sent you the link, press “This is not me”."),
      forms: forms(code: code, action: action))
  }

  private func purpose(of proposal: ArrivalProposal) -> String {
    let what =
      proposal.isStepUp
      ? language.text("Stai per confermare un'operazione in", "You are about to confirm an operation in")
      : language.text("Stai per accedere a", "You are about to log in to")
    let right =
      proposal.disposes
      ? language.text(
        " Chi accede potrà presentare domande a tuo nome.", " Whoever logs in will be able to apply in your name.")
      : ""
    let number = language.text(
      " Scrivi il numero che l'applicazione ti mostra adesso. Se non sei stato tu a iniziare, o se qualcuno ti ha "
        + "mandato il link, premi «Non sono io».",
      " Type the number that the application shows you now. If it was not you who began, or if somebody sent you the "
        + "link, press “This is not me”.")
    return "\(what) «\(proposal.application)».\(right)\(number)"
  }

  private func forms(code: String, action: String) -> [Page.Form] {
    [
      Page.Form(
        action: action, label: language.text("Sì, sono io", "Yes, this is me"),
        fields: [.init(name: "code", value: code), .init(name: "answer", value: "yes")],
        inputs: [.init(name: "number", label: language.text("Numero", "Number"))]),
      Page.Form(
        action: action, label: language.text("Non sono io", "This is not me"), style: "secondary",
        fields: [.init(name: "code", value: code), .init(name: "answer", value: "no")]),
    ]
  }

  func denied(_ denial: Denial, again: String, help: String) -> Page {
    Page(
      title: language.text("Accesso non riuscito", "Login refused"),
      alert: DenialWords(language: language).text(denial),
      links: isCard
        ? [
          .init(address: again, label: language.text("Riprova con un'altra carta", "Try again with another card")),
          .init(address: help, label: language.text("Che cosa provare", "What to try")),
        ]
        : [
          .init(address: again, label: language.text("Riprova", "Try again")),
          .init(address: help, label: language.text("Scegli un altro modo di accesso", "Choose another way to log in")),
        ])
  }

  var completed: Page {
    Page(
      title: language.text("Accesso riuscito", "Logged in"),
      paragraphs: [
        language.text(
          "Torna all'applicazione da cui sei partito: può proseguire.",
          "Go back to the application where you began: it can go on.")
          + (isCard
            ? language.text(
              " Togli la carta dal lettore quando hai finito.", " Take the card out of the reader when you are done.")
            : "")
      ])
  }

  var works: Page {
    Page(
      title: language.text("Il certificato è valido", "The certificate is good"),
      paragraphs: [
        language.text(
          "La carta è stata letta e il suo certificato è accettato. Questa era solo una prova: non hai fatto l'accesso a "
            + "nulla. Per accedere parti dal sito del servizio.",
          "The card was read and its certificate is accepted. This was only a test: you are not logged in to anything. To "
            + "log in, begin at the service's site.")
      ])
  }

  var rejected: Page {
    Page(
      title: language.text("Accesso annullato", "Login given up"),
      paragraphs: [
        language.text("Non è successo nulla. ", "Nothing has happened. ")
          + (isCard ? language.text("Togli la carta dal lettore. ", "Take the card out of the reader. ") : "")
          + language.text(
            "Per accedere, ricomincia dal sito del servizio.", "To log in, begin again at the service's site.")
      ])
  }

  var over: Page {
    Page(
      title: language.text("Questo accesso non è più valido", "This login is over"),
      paragraphs: [
        language.text(
          "È scaduto, è già stato usato, o è stato iniziato in un altro browser. Ricomincia dal sito del servizio.",
          "Its time is over, it was used already, or it was begun in another browser. Begin again at the service's site."
        )
      ])
  }

  var unavailable: Page {
    Page(
      title: language.text("Riprova tra poco", "Try again in a moment"),
      paragraphs: [
        language.text(
          isCard
            ? "In questo momento l'accesso con la carta non risponde." : "In questo momento l'accesso non risponde.",
          isCard ? "Just now the login with the card does not answer." : "Just now the login does not answer.")
      ])
  }
}
