import Foundation

/// Where an open step of a login leads.
struct Destination: Sendable {
  let address: String
  /// Fields to post there; empty for a plain GET.
  let form: [String: String]
  /// Whether a card is asked for there; a page of somebody else's otherwise.
  let isCard: Bool

  /// For the page that says where the person is sent.
  var host: String { URLComponents(string: address)?.host ?? "" }
}
