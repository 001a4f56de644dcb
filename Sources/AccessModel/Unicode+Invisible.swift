extension Unicode.Scalar {
  /// Whether it moves, hides or turns what stands around it where it is printed, instead of being seen itself.
  package var isInvisible: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
