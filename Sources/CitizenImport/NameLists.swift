/// Common names and places of birth, for people who do not exist.
enum NameLists {
  static let familyNames = words(
    """
    Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Costa Giordano Mancini
    Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone Longo Gentile
    Martinelli Vitale Lombardo Serra Coppola Marchetti Parisi Villa Conte Ferraro Ferri Fabbri Bianco Marini Grasso
    Valentini Messina Sala Gatti Pellegrini Palumbo Sanna Farina Rizzi Monti Cattaneo Morelli Amato Silvestri Mazza
    Testa Grassi Pellegrino Carbone Giuliani Benedetti Barone Rossetti Caputo Montanari Guerra Palmieri Bernardi
    Martino Fiore Ferretti Bellini Basile Riva Donati Piras Vitali Battaglia Sartori Neri Costantini Milani Pagano
    Ruggiero Sorrentino Orlando Damico Negri Fo Re Poli Zanella Ugolini Iovino Quaranta
    """)

  static let women = words(
    """
    Maria Anna Giuseppina Rosa Angela Giovanna Teresa Lucia Carmela Caterina Francesca Antonietta Carla Elena Concetta
    Rita Margherita Franca Paola Giulia Chiara Sara Martina Valentina Alessandra Federica Elisa Silvia Laura Simona
    Roberta Daniela Patrizia Barbara Cristina Monica Stefania Ilaria Alice Giorgia Beatrice Veronica Gaia Noemi Ludovica
    Benedetta Arianna Ida Emma Aurora
    """)

  static let men = words(
    """
    Giuseppe Giovanni Antonio Mario Luigi Francesco Angelo Vincenzo Pietro Salvatore Carlo Franco Domenico Bruno Paolo
    Michele Giorgio Aldo Sergio Luciano Andrea Marco Alessandro Matteo Lorenzo Davide Simone Federico Luca Roberto
    Stefano Fabio Daniele Riccardo Gabriele Tommaso Emanuele Gianfranco Gianluca Massimo Maurizio Claudio Enrico Nicola
    Filippo Edoardo Leonardo Ugo Leo Io
    """)

  /// Belfiore codes of large towns, and of some countries (`Z`).
  static let birthplaces = words(
    """
    H501 F205 L219 F839 G273 A662 D612 A944 D969 C351 L736 L781 F158 D086 E506 F257 G224 H199 B354 A285 B157 G337 L424
    E625 A271 A345 G482 H282 C933 E463 A390 F704 B180 L049 I608 Z112 Z129 Z100 Z330 Z611
    """)

  private static func words(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
