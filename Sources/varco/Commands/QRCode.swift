import CQREncode

/// QR codes for terminals, by libqrencode.
enum QRCode {
  /// The code in half blocks, dark on light with a quiet zone; nil if the text is too long for one.
  static func terminal(_ text: String) -> String? {
    guard let code = unsafe QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else { return nil }
    defer { unsafe QRcode_free(code) }
    let width = Int(unsafe code.pointee.width)
    guard let data = unsafe code.pointee.data else { return nil }
    let modules = (0..<width * width).map { unsafe data[$0] & 1 == 1 }
    let zone = 2
    func isDark(_ x: Int, _ y: Int) -> Bool {
      (0..<width).contains(x) && (0..<width).contains(y) && modules[y * width + x]
    }
    return stride(from: -zone, to: width + zone, by: 2).map { y in
      (-zone..<width + zone).map { x in
        switch (isDark(x, y), isDark(x, y + 1)) {
        case (false, false): "█"
        case (false, true): "▀"
        case (true, false): "▄"
        case (true, true): " "
        }
      }.joined()
    }.joined(separator: "\n")
  }
}
