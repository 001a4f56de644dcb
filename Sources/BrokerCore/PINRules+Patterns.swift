/// What is guessable whoever the owner is.
extension PINRules {
  /// How many characters in a row make a pattern or give a fragment away.
  static let tellingRun = 5

  static func pattern(in text: [UInt8]) -> PINRefusal? {
    if isRepetitive(text) { return .repetition }
    if hasSequence(text) { return .sequence }
    if keyboardRuns.contains(where: { contains(text, aRunOf: $0) }) { return .keyboard }
    return PINBlocklist.matches(text) ? .common : nil
  }

  /// Fewer than four different characters, four the same in a row, or one half like the other, forwards or backwards.
  private static func isRepetitive(_ text: [UInt8]) -> Bool {
    guard Set(text).count >= 4 else { return true }
    let half = text.count / 2
    let (left, right) = (Array(text.prefix(half)), Array(text.suffix(half)))
    if left == right || left == right.reversed() { return true }
    return longestRun(text) { $0 == 0 } >= 4
  }

  /// Five neighbours of the alphabet or the digits in a row, up or down, or the whole in equal steps.
  private static func hasSequence(_ text: [UInt8]) -> Bool {
    if longestRun(text, where: { $0 == 1 }) >= tellingRun || longestRun(text, where: { $0 == -1 }) >= tellingRun {
      return true
    }
    let steps = zip(text, text.dropFirst()).map { Int($1) - Int($0) }
    return Set(steps).count == 1
  }

  /// The number of characters in the longest stretch whose steps from one to the next all qualify.
  private static func longestRun(_ text: [UInt8], where qualifies: (Int) -> Bool) -> Int {
    var (longest, current) = (1, 1)
    for (left, right) in zip(text, text.dropFirst()) {
      current = qualifies(Int(right) - Int(left)) ? current + 1 : 1
      longest = max(longest, current)
    }
    return longest
  }

  /// Whether five characters in a row of `source`, in either direction, stand in `text`.
  static func contains(_ text: [UInt8], aRunOf source: [UInt8], length: Int = tellingRun) -> Bool {
    guard source.count >= length, text.count >= length else { return false }
    let pieces = Set((0...(source.count - length)).map { Array(source[$0..<($0 + length)]) })
    return (0...(text.count - length)).contains { start in
      let piece = Array(text[start..<(start + length)])
      return pieces.contains(piece) || pieces.contains(piece.reversed())
    }
  }

  /// Whether a fragment stands in the text as it is.
  static func contains(_ text: [UInt8], _ fragment: [UInt8]) -> Bool {
    guard !fragment.isEmpty, text.count >= fragment.count else { return false }
    return (0...(text.count - fragment.count)).contains { text[$0...].starts(with: fragment) }
  }

  /// The rows of Italian, English and German keyboards, and the columns that people type down.
  private static let keyboardRuns = [
    "1234567890", "QWERTYUIOP", "QWERTZUIOP", "ASDFGHJKL", "ZXCVBNM", "YXCVBNM",
    "1QAZ2WSX3EDC4RFV5TGB6YHN7UJM8IK9OL", "QAZWSXEDCRFVTGBYHNUJM", "1Q2W3E4R5T6Y7U8I9O0P", "Q1W2E3R4T5Y6U7I8O9P0",
    "A1S2D3F4G5H6J7K8L9", "147258369", "789456123", "963852741",
  ].map { Array($0.utf8) }
}
