import Foundation
import XMLSecKit

extension TrustServiceList {
  /// The namespace of ETSI TS 119 612.
  static let namespace = "http://uri.etsi.org/02231/v2#"

  /// Reads a list out of what was verified.
  init(_ xml: VerifiedXML) throws(TrustedListRefusal) {
    let root = xml.root
    guard root.name == "TrustServiceStatusList", root.namespace == Self.namespace else {
      throw .malformed("TrustServiceStatusList")
    }
    guard root.attribute("TSLTag") == "http://uri.etsi.org/19612/TSLTag" else { throw .malformed("TSLTag") }
    let scheme = try root.one("SchemeInformation")
    let version = try scheme.number("TSLVersionIdentifier")
    guard (5...6).contains(version) else { throw .version(version) }

    sequenceNumber = try scheme.number("TSLSequenceNumber")
    territory = try scheme.value("SchemeTerritory").printable
    issued = try scheme.time("ListIssueDateTime")
    let nextUpdate = try scheme.one("NextUpdate")
    self.nextUpdate = nextUpdate.children.isEmpty ? nil : try nextUpdate.time("dateTime")
    services = try Self.services(of: root)
    contentDigest = Digest.hexadecimal(xml.canonicalBytes)
  }

  private static func services(of root: SignedElement) throws(TrustedListRefusal) -> [TrustService] {
    guard let providers = try root.atMostOne("TrustServiceProviderList") else { return [] }
    var services: [TrustService] = []
    for provider in providers.children("TrustServiceProvider", in: namespace) {
      for service in try provider.one("TSPServices").children("TSPService", in: namespace) {
        services.append(try TrustService(try service.one("ServiceInformation")))
      }
    }
    return services
  }
}

extension TrustService {
  /// - Parameter information: `ServiceInformation`, the present state. `ServiceHistory` beside it is never looked at.
  fileprivate init(_ information: SignedElement) throws(TrustedListRefusal) {
    type = try information.value("ServiceTypeIdentifier")
    status = try information.value("ServiceStatus")
    statusSince = try information.time("StatusStartingTime")
    name = Self.name(in: try information.one("ServiceName"))
    var certificates: [String] = []
    if let identity = try information.atMostOne("ServiceDigitalIdentity") {
      for id in identity.children("DigitalId", in: TrustServiceList.namespace) {
        for certificate in id.children("X509Certificate", in: TrustServiceList.namespace) {
          guard certificate.children.isEmpty else { throw .malformed("X509Certificate") }
          certificates.append(certificate.text)
        }
      }
    }
    self.certificates = certificates
  }

  private static func name(in names: SignedElement) -> String {
    let names = names.children("Name", in: TrustServiceList.namespace)
    let wanted = ["it", "en"].lazy.compactMap { language in names.first { $0.language == language } }.first
    let name = (wanted ?? names.first)?.text.printable ?? ""
    return name.isEmpty ? "(without a name)" : name
  }
}

extension SignedElement {
  fileprivate var language: String? {
    attributes.first { $0.name == "lang" && $0.namespace == "http://www.w3.org/XML/1998/namespace" }?.value.lowercased()
  }

  /// The one child of this name.
  fileprivate func one(_ name: String) throws(TrustedListRefusal) -> SignedElement {
    guard let child = try atMostOne(name) else { throw .malformed(name) }
    return child
  }

  fileprivate func atMostOne(_ name: String) throws(TrustedListRefusal) -> SignedElement? {
    let found = children(name, in: TrustServiceList.namespace)
    guard found.count < 2 else { throw .malformed(name) }
    return found.first
  }

  /// The text of the one child of this name, which holds nothing else.
  fileprivate func value(_ name: String) throws(TrustedListRefusal) -> String {
    let child = try one(name)
    let text = child.text.collapsed
    guard child.children.isEmpty, !text.isEmpty else { throw .malformed(name) }
    return text
  }

  fileprivate func number(_ name: String) throws(TrustedListRefusal) -> Int {
    let text = try value(name)
    guard text.utf8.count <= 15, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text) else {
      throw .malformed(name)
    }
    return number
  }

  fileprivate func time(_ name: String) throws(TrustedListRefusal) -> Date {
    guard let time = ListTime.parse(try value(name)) else { throw .malformed(name) }
    return time
  }
}
