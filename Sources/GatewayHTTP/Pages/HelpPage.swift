/// `/login`: what to try where a login does not work, above all where the browser shows an error of its own and no page
/// of ours could say anything.
struct HelpPage {
  let language: PageLanguage

  var page: Page {
    Page(
      title: language.text("Accesso", "Login"),
      paragraphs: [
        language.text(
          "Per accedere parti dal sito del servizio che ti serve: ti porta qui al momento giusto.",
          "To log in, begin at the site of the service that you need: it brings you here at the right moment.")
      ],
      sections: [card, pin])
  }

  private var card: Page.Section {
    Page.Section(
      id: "cns",
      title: language.text("La carta (CNS, tessera sanitaria con chip)", "The card (CNS, health card with chip)"),
      paragraphs: [
        language.text(
          "Il browser non chiede il certificato: controlla che il lettore sia collegato e che il suo programma sia "
            + "installato, poi chiudi del tutto il browser e riaprilo.",
          "The browser does not ask for a certificate: make sure that the reader is connected and its software installed, "
            + "then close the browser entirely and open it again."),
        language.text(
          "Il browser mostra un errore di connessione (per esempio ERR_BAD_SSL_CLIENT_AUTH_CERT o "
            + "ERR_SSL_PROTOCOL_ERROR): hai scelto un certificato che non è di autenticazione, come quello di firma, o la "
            + "carta è stata tolta. Chiudi il browser e scegli l'altro certificato.",
          "The browser shows a connection error (such as ERR_BAD_SSL_CLIENT_AUTH_CERT or ERR_SSL_PROTOCOL_ERROR): you "
            + "chose a certificate that is not for authentication, such as the signing one, or the card was taken out. "
            + "Close the browser and choose the other certificate."),
        language.text(
          "Dopo tre PIN sbagliati la carta si blocca: si sblocca con il PUK, con il programma della carta.",
          "After three wrong PINs the card locks itself: the PUK unlocks it, with the card's software."),
        language.text(
          "Le tessere sanitarie emesse dal giugno 2022 possono essere senza chip: in quel caso accedi in un altro modo.",
          "Health cards issued since June 2022 may have no chip: log in in another way then."),
      ])
  }

  private var pin: Page.Section {
    Page.Section(
      id: "pin", title: "PIN",
      paragraphs: [
        language.text(
          "Dopo un PIN sbagliato bisogna aspettare tre minuti, e tre di più a ogni errore che segue.",
          "After a wrong PIN you have to wait three minutes, and three more with each further mistake.")
      ])
  }
}
