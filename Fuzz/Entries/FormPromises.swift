import TokenService

@testable import GatewayHTTP

/// What must be true of a text that is read as a form.
struct FormPromises {
  let bytes: [UInt8]

  var broken: String? { decodingPromise ?? queryPromise }

  /// Every octet escaped.
  static func escaped(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    let octets = bytes.flatMap { [UInt8(ascii: "%"), digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: octets, as: UTF8.self)
  }

  private var decodingPromise: String? {
    guard let text = FormBody.decoded(bytes) else { return nil }
    guard !text.utf8.contains(0), text.utf8.count <= bytes.count else { return "a NUL, or more than was there" }
    let again = FormBody.decoded(Self.escaped(Array(text.utf8)).utf8)
    guard again.map({ $0.utf8.elementsEqual(text.utf8) }) == true else { return "a text that is another when escaped" }
    return nil
  }

  private var queryPromise: String? {
    let query = String(decoding: bytes, as: UTF8.self)
    guard let parameters = try? FormBody.query(query) else { return nil }
    let names = parameters.names
    guard names.count <= 100, names.allSatisfy({ !$0.utf8.contains(0) }) else { return "too many parameters, or a NUL" }
    let rewritten = names.map { "\(Self.escaped(Array($0.utf8)))=\(Self.escaped(Array((parameters[$0] ?? "").utf8)))" }
    guard let again = try? FormBody.query(rewritten.joined(separator: "&")), again.names.count == names.count,
      names.allSatisfy({ again[$0] == parameters[$0] })
    else { return "parameters that are others when escaped" }
    return nil
  }
}
