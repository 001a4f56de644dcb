import Foundation

@testable import TrustedList

/// A trusted list of Italy as its operator's tool writes it, before it is signed.
struct TestList {
  struct Service {
    var type = "http://uri.etsi.org/TrstSvc/Svctype/IdV"
    var status = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/recognisedatnationallevel"
    var since = "2020-01-01T00:00:00Z"
    var names = "<Name xml:lang=\"en\">A service</Name>"
    var identities: [String] = []

    init(_ certificates: [UInt8]..., name: String = "A service") {
      identities = certificates.map { Self.identity(Data($0).base64EncodedString()) }
      names = "<Name xml:lang=\"en\">\(name)</Name>"
    }

    static func identity(_ text: String) -> String {
      "<DigitalId><X509Certificate>\(text)</X509Certificate></DigitalId>"
    }

    var text: String {
      """
      <TSPService><ServiceInformation><ServiceTypeIdentifier>\(type)</ServiceTypeIdentifier>
      <ServiceName>\(names)</ServiceName>
      <ServiceDigitalIdentity>\(identities.joined())</ServiceDigitalIdentity>
      <ServiceStatus>\(status)</ServiceStatus><StatusStartingTime>\(since)</StatusStartingTime>
      </ServiceInformation></TSPService>
      """
    }
  }

  var version = "5"
  var sequence = "141"
  var territory = "IT"
  var issued = "2026-11-01T00:00:00Z"
  var nextUpdate = "<dateTime>2027-04-01T00:00:00Z</dateTime>"
  var tag = "http://uri.etsi.org/19612/TSLTag"
  var reference = ""
  var services: [Service] = []
  /// Something more within `SchemeInformation`.
  var extra = ""

  init(_ services: Service..., sequence: Int = 141) {
    self.services = services
    self.sequence = String(sequence)
  }

  var text: String {
    """
    <?xml version="1.0" encoding="UTF-8"?><TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" \
    xmlns:ns2="http://www.w3.org/2000/09/xmldsig#" Id="ID1" TSLTag="\(tag)">
    <SchemeInformation><TSLVersionIdentifier>\(version)</TSLVersionIdentifier>
    <TSLSequenceNumber>\(sequence)</TSLSequenceNumber><SchemeTerritory>\(territory)</SchemeTerritory>
    <PointersToOtherTSL><OtherTSLPointer><ServiceDigitalIdentities><ServiceDigitalIdentity>\
    \(Service.identity("MAMCAX8="))</ServiceDigitalIdentity></ServiceDigitalIdentities></OtherTSLPointer>
    </PointersToOtherTSL><ListIssueDateTime>\(issued)</ListIssueDateTime>
    <NextUpdate>\(nextUpdate)</NextUpdate>\(extra)</SchemeInformation>
    <TrustServiceProviderList><TrustServiceProvider><TSPServices>\(services.map(\.text).joined())</TSPServices>
    </TrustServiceProvider></TrustServiceProviderList>
    \(signature)</TrustServiceStatusList>
    """
  }

  private var signature: String {
    let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
    let digest = "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><ds:DigestValue/>"
    return """
      <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="id-2a"><ds:SignedInfo>\
      <ds:CanonicalizationMethod Algorithm="\(exclusive)"/>\
      <ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>\
      <ds:Reference Id="tl_signing_tool" Type="" URI="\(reference)"><ds:Transforms>\
      <ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>\
      <ds:Transform Algorithm="\(exclusive)"/></ds:Transforms>\(digest)</ds:Reference>\
      <ds:Reference Type="http://uri.etsi.org/01903#SignedProperties" URI="#xades-id-2a"><ds:Transforms>\
      <ds:Transform Algorithm="\(exclusive)"/></ds:Transforms>\(digest)</ds:Reference></ds:SignedInfo>\
      <ds:SignatureValue Id="value-id-2a"/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo><ds:Object>\
      <xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="#id-2a">\
      <xades:SignedProperties Id="xades-id-2a"><xades:SignedSignatureProperties>\
      <xades:SigningTime>2026-11-01T09:30:37Z</xades:SigningTime></xades:SignedSignatureProperties>\
      <xades:SignedDataObjectProperties><xades:DataObjectFormat ObjectReference="#tl_signing_tool">\
      <xades:MimeType>text/xml</xades:MimeType></xades:DataObjectFormat></xades:SignedDataObjectProperties>\
      </xades:SignedProperties></xades:QualifyingProperties></ds:Object></ds:Signature>
      """
  }

  /// The list, signed.
  func signed(by operator: ListOperator? = nil) throws -> [UInt8] {
    try (`operator` ?? ListOperator.italian.get()).sign(text)
  }

  /// The smallest thing that has the outer form of a certificate.
  static func certificate(_ number: UInt8) -> [UInt8] { [0x30, 0x03, 0x02, 0x01, number] }
}
