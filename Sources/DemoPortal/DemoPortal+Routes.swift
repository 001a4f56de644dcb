extension DemoPortal {
  /// Every route of the portal behind a guard: the services of spec section 6.3.
  public static let routes: [DemoRoute] = [
    .read("estratto-conto", "Estratto conto contributivo"),
    .read("stato-pagamenti", "Stato dei pagamenti"),
    .read("cedolino-pensione", "Cedolino della pensione"),
    .read("certificazione-unica", "Certificazione unica"),
    .read("profilo", "Profilo e avvisi"),
    .read("domande", "Le tue domande"),
    .apply("domanda-pensione", "Domanda di pensione"),
    .apply("domanda-disoccupazione", "Domanda di disoccupazione"),
    .apply("domanda-maternita", "Domanda di maternità"),
    .apply("assegni-familiari", "Assegni familiari"),
    .apply("isee", "Dichiarazione ISEE"),
    .apply("cambio-residenza", "Cambio di residenza"),
    .apply("versamenti-volontari", "Versamenti volontari"),
    .apply("voucher-lavoro", "Voucher lavoro"),
    .apply("dichiarazione-730", "730 precompilato", path: "/730-precompilato"),
    .apply("ricongiunzione", "Ricongiunzione dei contributi", operation: "presentazione"),
  ]
}
