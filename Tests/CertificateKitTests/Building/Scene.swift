@testable import CertificateKit

/// A root, an authority below it, a person's certificate below that, and a list of each issuer: all as it should be,
/// until a case bends something.
struct Scene {
  /// 2025-06-15, when every case is judged.
  static let now: Int64 = 1_750_000_000
  static let day: Int64 = 86_400
  static let year: Int64 = 365 * 86_400
  static let policy = "1.3.6.1.4.1.55555.1.1"
  static let otherPolicy = "1.3.6.1.4.1.55555.1.2"

  let keys: TestKeys
  var root: CertificateTemplate
  var authority: CertificateTemplate
  var leaf: CertificateTemplate
  var rootList: ListTemplate
  var authorityList: ListTemplate
  /// Signs the authority's certificate and the leaf; nil for the issuer's own key.
  var authoritySigner: TestKey?
  var leafSigner: TestKey?
  /// More certificates that come with the leaf, before the authority's.
  var bundle: [[UInt8]] = []
  var moreAnchors: [[UInt8]] = []
  var moreLists: [[UInt8]] = []
  var hasAuthority = true
  var hasRoot = true
  var hasRootList = true
  var hasAuthorityList = true
  var checksRevocation = true
  /// Bends what is asked.
  var ask: @Sendable (inout ValidationRequest) -> Void = { _ in }
  /// Bends how revocation is asked about.
  var askRevocation: @Sendable (inout RevocationPolicy) -> Void = { _ in }

  init() throws {
    keys = try TestKeys.shared.get()
    let rootName = DER.name("Radice")
    let authorityName = DER.name("CA Cittadini")
    root = CertificateTemplate(
      issuer: rootName, validity: Self.validity(5), subject: rootName, key: keys.root,
      extensions: [.basicConstraints(isCA: true), .keyUsage(5, 6), .subjectKeyIdentifier])
    authority = Self.authority(named: authorityName, by: rootName, keys.authority)
    leaf = CertificateTemplate(
      issuer: authorityName, validity: Self.validity(1), subject: DER.name("Persona"), key: keys.leaf,
      extensions: [
        .authorityKeyIdentifier, .subjectKeyIdentifier, .keyUsage(0), .purposes(TestExtension.clientAuth),
        .policies(Self.policy),
      ])
    rootList = Self.list(of: rootName, keys.root)
    authorityList = Self.list(of: authorityName, keys.authority)
  }

  /// An authority as it should be, whose policies are all.
  static func authority(named name: [UInt8], by issuer: [UInt8], _ key: TestKey) -> CertificateTemplate {
    CertificateTemplate(
      serialNumber: DER.integer(1234), issuer: issuer, validity: validity(3), subject: name, key: key,
      extensions: [
        .basicConstraints(isCA: true), .keyUsage(5, 6), .authorityKeyIdentifier, .subjectKeyIdentifier,
        .policies("2.5.29.32.0"),
      ])
  }

  static func list(of issuer: [UInt8], _ key: TestKey) -> ListTemplate {
    var list = ListTemplate(
      issuer: issuer, thisUpdate: DER.time(now - 3600), nextUpdate: DER.time(now + day), key: key)
    list.revoke(DER.integer(99))
    return list
  }

  /// So many years around now.
  static func validity(_ years: Int64) -> [UInt8] {
    DER.sequence(DER.time(now - years * year), DER.time(now + years * year))
  }

  func built() -> BuiltScene {
    let certificates = bundle + (hasAuthority ? [authority.issue(by: authoritySigner ?? root.key)] : [])
    let lists = [hasRootList ? rootList.issue() : nil, hasAuthorityList ? authorityList.issue() : nil].compactMap(
      \.self)
    return BuiltScene(
      leaf: leaf.issue(by: leafSigner ?? authority.key), bundle: certificates,
      anchors: (hasRoot ? [root.issue(by: root.key)] : []) + moreAnchors,
      lists: checksRevocation ? lists + moreLists : nil, ask: ask, askRevocation: askRevocation)
  }
}

/// A scene in DER, ready to be judged any number of times.
struct BuiltScene {
  let leaf: [UInt8]
  let bundle: [[UInt8]]
  let anchors: [[UInt8]]
  let lists: [[UInt8]]?
  let ask: @Sendable (inout ValidationRequest) -> Void
  let askRevocation: @Sendable (inout RevocationPolicy) -> Void

  /// - Parameter disabled: checks that are switched off.
  func verdict(disabled: Set<RejectionReason> = []) -> Verdict {
    do throws(CertificateError) {
      let trust = TrustStore(anchors: try Self.certificates(anchors))
      var request = ValidationRequest(
        leaf: try Certificate(der: leaf), intermediates: try Self.certificates(bundle), time: Scene.now,
        purpose: .clientAuth)
      var policy = RevocationPolicy.off
      if let lists { policy.lists = RevocationLists(try Self.lists(lists)) }
      ask(&request)
      askRevocation(&policy)
      request.disabled = disabled
      switch PathValidator(trust: trust, revocation: policy).validate(request) {
      case .valid: return .valid
      case .invalid(let rejection): return .refused(rejection.reason)
      }
    } catch {
      return .unreadable(error.code)
    }
  }

  private static func certificates(_ all: [[UInt8]]) throws(CertificateError) -> [Certificate] {
    var found: [Certificate] = []
    for der in all { found.append(try Certificate(der: der)) }
    return found
  }

  private static func lists(_ all: [[UInt8]]) throws(CertificateError) -> [RevocationList] {
    var found: [RevocationList] = []
    for der in all { found.append(try RevocationList(der: der)) }
    return found
  }
}

enum Verdict: Equatable {
  case valid
  case refused(RejectionReason)
  case unreadable(CertificateError.Code)
}

/// A scene that breaks one rule, or nearly.
struct AdversarialCase: Sendable {
  let name: String
  let expected: Verdict
  let bend: @Sendable (inout Scene) -> Void

  init(_ name: String, _ expected: Verdict, _ bend: @escaping @Sendable (inout Scene) -> Void) {
    self.name = name
    self.expected = expected
    self.bend = bend
  }

  func built() throws -> BuiltScene {
    var scene = try Scene()
    bend(&scene)
    return scene.built()
  }
}
