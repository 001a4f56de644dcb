/// Words that are tried first, as whole PINs or as the greater part of one (spec 7.2: common and compromised values).
///
/// Written by hand and short on purpose: against a lock of minutes an attacker has a few dozen guesses, so the first
/// few hundred words are what counts.
enum PINBlocklist {
  /// Looks at the text as typed, and with the digits read as the letters that they usually stand for.
  static func matches(_ text: [UInt8]) -> Bool {
    [text, text.map(letterFor)].contains { reading in
      words.contains { PINRules.contains(reading, $0) }
    }
  }

  private static func letterFor(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 0x30: 0x4F  // 0 as O
    case 0x31: 0x49  // 1 as I
    case 0x33: 0x45  // 3 as E
    case 0x34: 0x41  // 4 as A
    case 0x35: 0x53  // 5 as S
    case 0x37: 0x54  // 7 as T
    case 0x38: 0x42  // 8 as B
    default: byte
    }
  }

  private static let words: [[UInt8]] = (international + italian + clubs + places + ours).map { Array($0.utf8) }

  private static let international = [
    "PASSW", "ASSWOR", "PASSPAR", "LETMEIN", "WELCOM", "ADMIN", "LOGIN", "MASTER", "MONKEY", "DRAGON", "SUNSHIN",
    "PRINCES", "FOOTBAL", "BASEBAL", "BASKETB", "STARWAR", "SUPERMA", "BATMAN", "SPIDERM", "POKEMON", "SUPERST",
    "ILOVEYO", "TRUSTNO", "WHATEVE", "FREEDOM", "COMPUTE", "INTERNE", "SAMSUNG", "GOOGLE", "FACEBOO", "MICHAEL",
    "JENNIFE", "CHARLIE", "SHADOW", "SECRET", "CHANGEM", "DEFAULT", "NOTHING", "MERCEDE", "FERRARI", "CORVETT",
    "PORSCHE", "METALLI", "NIRVANA", "BEATLES", "QWERT", "ABC123", "123ABC", "ABCD12", "A1B2C3", "1A2B3C", "AA11BB",
    "112233", "223344", "332211", "121212", "123321", "123123", "010203", "102030", "100200", "ZAQ1", "1QAZ", "QAZ1",
    "07007", "ACCESS", "TESTTES", "TEST123", "HELLO", "NOPASS", "MYPASS", "USER12", "GUEST", "STARTRE", "MATRIX",
  ]

  private static let italian = [
    "CIAOCIA", "CIAO12", "CIAOMAM", "AMOREMI", "TIAMO", "AMORE", "STELLA", "FARFALL", "TESORO", "BIMBA", "MAMMA",
    "NONNA", "NONNO", "FAMIGLI", "BENVENU", "BUONGIO", "SEGRETO", "SEGRETA", "CODICE", "PENSION", "CITTADI",
    "ANDREA", "ALESSAN", "FRANCES", "GIUSEPP", "GIOVANN", "ANTONI", "MICHELE", "STEFAN", "FEDERIC", "ROBERTO",
    "ROBERTA", "LORENZO", "MATTEO", "DANIELE", "DAVIDE", "SALVATO", "VALENTI", "CHIARA", "GIULIA", "MARTINA",
    "SILVIA", "SIMONE", "SIMONA", "CLAUDIO", "CLAUDIA", "PATRIZI", "MASSIMO", "LEONARD", "GABRIEL", "SARETTA",
    "FIORELL", "PRIMAVE", "ESTATE", "AUTUNNO", "INVERNO", "DOMENIC", "GENNAIO", "FEBBRAI", "AGOSTO", "SETTEMB",
    "OTTOBRE", "NOVEMBR", "DICEMBR", "PIZZA", "NUTELLA", "CAVALLO", "CUCCIOL", "GATTINO", "PIPPO", "PLUTO", "TOPOLIN",
    "PAPERIN", "VALEROS", "VASCORO", "LIGABUE", "MADONNA", "GESUCRI", "PADREPI", "FORZAIT", "DELPIER", "MARADON",
    "BAGGIO", "RONALDO", "ZIDANE",
  ]

  private static let clubs = [
    "JUVENT", "FORZAJU", "JUVEJUV", "JUVE18", "FORZAIN", "INTERMI", "INTER19", "FCINTER", "ACMILAN", "MILANAC",
    "FORZAMI", "MILAN18", "FORZANA", "NAPOLI", "FORZARO", "ASROMA", "ROMA19", "LAZIO", "FIORENT", "SAMPDOR", "ATALANT",
    "BOLOGNA", "TORINOF", "PALERMO", "CAGLIAR", "VERONA",
  ]

  private static let places = [
    "ITALIA", "SICILIA", "SARDEGN", "TOSCANA", "MILANO", "TORINO", "GENOVA", "VENEZIA", "FIRENZE", "CATANIA",
    "ROMAROM", "EUROPA", "AMERICA", "LONDON", "PARIGI",
  ]

  private static let ours = [
    "VARCO", "PININPS", "INPSPIN", "INPSINP", "INPS20", "INPS19", "PINPIN", "PIN123", "MYINPS",
  ]
}
