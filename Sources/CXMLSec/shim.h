#ifndef CXMLSEC_SHIM_H
#define CXMLSEC_SHIM_H

// libxml2 declares a converter of ICU where it is built with it, and ICU's headers clash with those in Foundation.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/valid.h>

// SwiftPM drops the -D flags of `pkg-config --cflags xmlsec1-openssl`. The first decides the width of xmlSecSize and
// with it the layout of every structure: 1.2 is built with it, 1.3 without.
#include <xmlsec/version.h>
#if XMLSEC_VERSION_MAJOR == 1 && XMLSEC_VERSION_MINOR < 3 && !defined(XMLSEC_NO_SIZE_T)
#define XMLSEC_NO_SIZE_T
#endif
#ifndef XMLSEC_NO_CRYPTO_DYNAMIC_LOADING
#define XMLSEC_NO_CRYPTO_DYNAMIC_LOADING 1
#endif
#ifndef XMLSEC_CRYPTO_OPENSSL
#define XMLSEC_CRYPTO_OPENSSL 1
#endif

#include <xmlsec/xmlsec.h>
#include <xmlsec/buffer.h>
#include <xmlsec/errors.h>
#include <xmlsec/keys.h>
#include <xmlsec/keysdata.h>
#include <xmlsec/list.h>
#include <xmlsec/transforms.h>
#include <xmlsec/xmldsig.h>

// A macro there.
typedef xmlSecSize cxmlsec_size;

// From <xmlsec/openssl/app.h> and <xmlsec/openssl/crypto.h>, which would bring OpenSSL's own headers along: only
// CertificateKit may see those, because a BoringSSL lives in the same process.
int xmlSecOpenSSLAppInit(const char *config);
int xmlSecOpenSSLInit(void);
xmlSecKeyPtr xmlSecOpenSSLAppKeyLoadMemory(const xmlSecByte *data, xmlSecSize dataSize, xmlSecKeyDataFormat format,
                                           const char *pwd, void *pwdCallback, void *pwdCallbackCtx);

// `xmlFree` is a global variable, which Swift may not read concurrently.
static inline void cxmlsec_free(void *memory) { xmlFree(memory); }

static inline void cxmlsec_stop_at_doctype(void *parser, const xmlChar *name, const xmlChar *publicID,
                                           const xmlChar *systemID) {
  (void)name; (void)publicID; (void)systemID;
  xmlStopParser((xmlParserCtxtPtr)parser);
}

// A document type declaration ends the parsing before anything in it is looked at.
static inline void cxmlsec_forbid_doctype(xmlParserCtxtPtr parser) {
  parser->sax->internalSubset = cxmlsec_stop_at_doctype;
  parser->sax->externalSubset = cxmlsec_stop_at_doctype;
}

// The keyed items of a list, without the void pointers.
static inline xmlSecDSigReferenceCtxPtr cxmlsec_reference(xmlSecDSigCtxPtr signature, xmlSecSize index) {
  return (xmlSecDSigReferenceCtxPtr)xmlSecPtrListGetItem(&signature->signedInfoReferences, index);
}

static inline const xmlChar *cxmlsec_key_name(xmlSecKeyPtr key) {
  xmlSecKeyDataPtr value = xmlSecKeyGetValue(key);
  return value == NULL ? NULL : value->id->name;
}

#endif
