import COpenSSL

/// Signs changed certificates, lists and answers anew, below an anchor that the input brings along, so that what
/// stands behind the signature checks sees them too. The key lives as long as the process.
final class Adoption {
  /// AlgorithmIdentifier of Ed25519 (RFC 8410 section 3).
  private static let algorithm: [UInt8] = [0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70]

  private let key: OpaquePointer
  private let algorithm: DERTree
  private let keyInfo: DERTree

  init?() {
    guard let context = EVP_PKEY_CTX_new_from_name(nil, "ED25519", nil) else { return nil }
    defer { EVP_PKEY_CTX_free(context) }
    var made: OpaquePointer?
    var raw = [UInt8](repeating: 0, count: 32)
    var count = raw.count
    guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_generate(context, &made) == 1, let made,
      EVP_PKEY_get_raw_public_key(made, &raw, &count) == 1, let algorithm = DERTree(Self.algorithm[...]),
      let keyInfo = DERTree(([0x30, 0x2A] + Self.algorithm + [0x03, 0x21, 0x00] + raw)[...])
    else { return nil }
    (key, self.algorithm, self.keyInfo) = (made, algorithm, keyInfo)
  }

  /// The same certificate with our key, signed with it.
  func adoptCertificate(_ tree: inout DERTree) {
    guard tree.children.count == 3, tree.children[0].children.count >= 6 else { return }
    let first = tree.children[0].children[0].tag == 0xA0 ? 1 : 0
    guard tree.children[0].children.count > first + 5 else { return }
    tree.children[0].children[first + 5] = keyInfo
    sign(&tree, algorithmAt: first + 1)
  }

  func adoptList(_ tree: inout DERTree) {
    guard tree.children.count == 3, let first = tree.children[0].children.first else { return }
    sign(&tree, algorithmAt: first.tag == 0x02 ? 1 : 0)
  }

  /// OCSPResponse, [0], ResponseBytes, OCTET STRING, BasicOCSPResponse, and in it certificates (RFC 6960 section 4.2.1).
  func adoptAnswer(_ tree: inout DERTree) {
    let way = [1, 0, 1, 0]
    var place = 0
    for step in way {
      guard step < tree.node(at: place).children.count else { return }
      place += 1 + tree.node(at: place).children.prefix(step).reduce(0) { $0 + $1.count }
    }
    tree.change(at: place) { basic in
      guard basic.children.count >= 3 else { return }
      if basic.children.count > 3, let list = basic.children[3].children.first {
        for index in list.children.indices { adoptCertificate(&basic.children[3].children[0].children[index]) }
      }
      sign(&basic, algorithmAt: nil)
    }
  }

  private func sign(_ tree: inout DERTree, algorithmAt place: Int?) {
    if let place, place < tree.children[0].children.count { tree.children[0].children[place] = algorithm }
    tree.children[1] = algorithm
    let message = tree.children[0].encoded
    var signature = [UInt8](repeating: 0, count: 64)
    var count = signature.count
    guard let context = EVP_MD_CTX_new() else { return }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
      EVP_DigestSign(context, &signature, &count, message, message.count) == 1,
      let encoded = DERTree(([0x03, 0x41, 0x00] + signature)[...])
    else { return }
    tree.children[2] = encoded
  }
}
