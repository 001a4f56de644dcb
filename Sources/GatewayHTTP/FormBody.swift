import Hummingbird
import NIOCore
import TokenService

/// Reads `application/x-www-form-urlencoded` within limits (safety sentence 11).
enum FormBody {
  static let maximumBytes = 64 * 1024
  private static let maximumParameters = 100

  /// - Throws: ``HTTPError`` 413 before the body is read if it says that it is too long; ``OAuthError``
  ///   `invalid_request` if it is no form.
  static func read(_ request: Request) async throws -> OAuthParameters {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > maximumBytes {
      throw HTTPError(.contentTooLarge)
    }
    guard let type = request.headers[.contentType], isForm(type) else {
      throw OAuthError(.invalidRequest, "send application/x-www-form-urlencoded")
    }
    let body: ByteBuffer
    do { body = try await request.body.collect(upTo: maximumBytes) } catch is NIOTooManyBytesError {
      throw HTTPError(.contentTooLarge)
    } catch let error as HTTPError {
      throw error
    } catch {
      // Cut short, reset, or chunks that are none.
      throw OAuthError(.invalidRequest, "the body could not be read")
    }
    return try OAuthParameters(try pairs(body.readableBytesView))
  }

  /// The parameters of a query.
  static func query(_ text: some StringProtocol) throws(OAuthError) -> OAuthParameters {
    try OAuthParameters(try pairs(text.utf8))
  }

  private static func isForm(_ type: String) -> Bool {
    let media = type.split(separator: ";", maxSplits: 1).first ?? ""
    return media.lowercased().filter { $0 != " " } == "application/x-www-form-urlencoded"
  }

  private static func pairs(_ bytes: some Collection<UInt8>) throws(OAuthError) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for part in bytes.split(separator: UInt8(ascii: "&")) {
      guard pairs.count < maximumParameters else { throw OAuthError(.invalidRequest, "too many parameters") }
      let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decoded(halves[0]), let value = decoded(halves.count > 1 ? halves[1] : halves[0].suffix(0))
      else {
        throw OAuthError(.invalidRequest, "the form is malformed")
      }
      pairs.append((name, value))
    }
    return pairs
  }

  /// Percent-decoding as forms do it; nil for a broken escape, a NUL or what is not UTF-8.
  static func decoded(_ bytes: some Collection<UInt8>) -> String? {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var iterator = bytes.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "+"): output.append(0x20)
      case UInt8(ascii: "%"):
        guard let high = iterator.next().flatMap(hexValue), let low = iterator.next().flatMap(hexValue) else {
          return nil
        }
        output.append(high << 4 | low)
      default: output.append(byte)
      }
    }
    guard !output.contains(0) else { return nil }
    return String(validating: output, as: UTF8.self)
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}
