import CXMLSec

/// libxml2 and libxmlsec1, started once in a process and never shut down: other threads may be using them.
enum XMLSecLibrary {
  private static let started: Result<Void, XMLSecFault> = start()

  static func require() throws(XMLSecFault) { try started.get() }

  private static func start() -> Result<Void, XMLSecFault> {
    xmlInitParser()
    guard xmlSecInit() == 0 else { return .failure(.library("xmlSecInit failed")) }
    guard
      xmlSecCheckVersionExt(
        XMLSEC_VERSION_MAJOR, XMLSEC_VERSION_MINOR, XMLSEC_VERSION_SUBMINOR, xmlSecCheckVersionABICompatible) == 1
    else { return .failure(.library("another version than \(XMLSEC_VERSION) was found")) }
    guard xmlSecOpenSSLAppInit(nil) == 0, xmlSecOpenSSLInit() == 0 else {
      return .failure(.library("its OpenSSL part did not start"))
    }
    xmlSecErrorsDefaultCallbackEnableOutput(0)
    return .success(())
  }
}
