// OpenSSL 3 for CertificateKit: the headers, and as functions what Swift cannot call (macros, typed stacks,
// callbacks). Nothing else may include this: another TLS library with the same names lives in the same process.
#pragma once

#include <openssl/asn1.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/ocsp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// A path to verify as it stands: leaf first, trust anchor last. OpenSSL builds no path of its own here, because a
// certificate counts as issued by its neighbour in the path and by nothing else.
typedef struct {
  X509_STORE_CTX *context;
  STACK_OF(X509) *untrusted;
  STACK_OF(X509) *trusted;
  X509 **certificates;
  int count;
} COpenSSL_Path;

static inline int COpenSSL_path_check_issued(X509_STORE_CTX *context, X509 *subject, X509 *issuer) {
  const COpenSSL_Path *path = (const COpenSSL_Path *)X509_STORE_CTX_get_app_data(context);
  if (path == NULL) return 0;
  for (int i = 0; i + 1 < path->count; i++)
    if (path->certificates[i] == subject) return path->certificates[i + 1] == issuer;
  return 0;
}

// The store that every path verification shares: empty, with the rule above. NULL without memory.
static inline X509_STORE *COpenSSL_path_store_new(void) {
  X509_STORE *store = X509_STORE_new();
  if (store != NULL) X509_STORE_set_check_issued(store, COpenSSL_path_check_issued);
  return store;
}

static inline void COpenSSL_path_free(COpenSSL_Path *path) {
  if (path == NULL) return;
  X509_STORE_CTX_free(path->context);
  sk_X509_free(path->untrusted);
  sk_X509_free(path->trusted);
  free(path->certificates);
  free(path);
}

// The certificates must outlive the path. NULL without memory or with fewer than two certificates.
static inline COpenSSL_Path *COpenSSL_path_new(X509_STORE *store, X509 *const *certificates, int count) {
  if (count < 2) return NULL;
  COpenSSL_Path *path = (COpenSSL_Path *)calloc(1, sizeof(COpenSSL_Path));
  if (path == NULL) return NULL;
  path->certificates = (X509 **)malloc((size_t)count * sizeof(X509 *));
  path->context = X509_STORE_CTX_new();
  path->untrusted = sk_X509_new_null();
  path->trusted = sk_X509_new_null();
  int complete =
      path->certificates != NULL && path->context != NULL && path->untrusted != NULL && path->trusted != NULL;
  if (complete) memcpy(path->certificates, certificates, (size_t)count * sizeof(X509 *));
  path->count = complete ? count : 0;
  for (int i = 1; complete && i + 1 < count; i++) complete = sk_X509_push(path->untrusted, certificates[i]) > 0;
  complete = complete && sk_X509_push(path->trusted, certificates[count - 1]) > 0 &&
             X509_STORE_CTX_init(path->context, store, certificates[0], path->untrusted) == 1;
  if (!complete) {
    COpenSSL_path_free(path);
    return NULL;
  }
  X509_STORE_CTX_set0_trusted_stack(path->context, path->trusted);
  X509_STORE_CTX_set_app_data(path->context, path);
  X509_STORE_CTX_set_depth(path->context, count);
  return path;
}

static inline int COpenSSL_path_add_policy(COpenSSL_Path *path, const char *dotted) {
  ASN1_OBJECT *policy = OBJ_txt2obj(dotted, 1);
  if (policy == NULL) return 0;
  if (X509_VERIFY_PARAM_add0_policy(X509_STORE_CTX_get0_param(path->context), policy) == 1) return 1;
  ASN1_OBJECT_free(policy);
  return 0;
}

static inline int COpenSSL_path_set_flags(COpenSSL_Path *path, unsigned long flags) {
  return X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(path->context), flags);
}

// 1 only if OpenSSL accepts the path, and the chain that it accepted is the one that was asked about.
static inline int COpenSSL_path_verify(COpenSSL_Path *path) {
  if (X509_verify_cert(path->context) != 1) return 0;
  if (X509_STORE_CTX_get_error(path->context) != X509_V_OK) return 0;
  STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(path->context);
  if (sk_X509_num(chain) != path->count) return 0;
  for (int i = 0; i < path->count; i++)
    if (sk_X509_value(chain, i) != path->certificates[i]) return 0;
  return 1;
}

static inline int COpenSSL_path_policy_count(const COpenSSL_Path *path) {
  X509_POLICY_TREE *tree = X509_STORE_CTX_get0_policy_tree(path->context);
  if (tree == NULL) return 0;
  STACK_OF(X509_POLICY_NODE) *nodes = X509_policy_tree_get0_user_policies(tree);
  return nodes == NULL ? 0 : sk_X509_POLICY_NODE_num(nodes);
}

// The content octets of an object identifier of the user-constrained policy set; 0 octets past the end.
static inline size_t COpenSSL_path_policy(const COpenSSL_Path *path, int index, const unsigned char **octets) {
  X509_POLICY_TREE *tree = X509_STORE_CTX_get0_policy_tree(path->context);
  if (tree == NULL) return 0;
  X509_POLICY_NODE *node = sk_X509_POLICY_NODE_value(X509_policy_tree_get0_user_policies(tree), index);
  if (node == NULL) return 0;
  const ASN1_OBJECT *policy = X509_policy_node_get0_policy(node);
  *octets = OBJ_get0_data(policy);
  return OBJ_length(policy);
}

// SHA-1 over OpenSSL's canonical form of a name, folded to a word: equal names (RFC 5280 section 7.1) hash equal.
static inline unsigned long COpenSSL_name_hash(const X509_NAME *name) {
  int ok = 0;
  unsigned long hash = X509_NAME_hash_ex(name, NULL, NULL, &ok);
  return ok ? hash : 0;
}

// Whether a digest was signed with a key. `pss_salt` below 0 means PKCS#1 v1.5 or ECDSA; at or above it the length
// of the salt of RSASSA-PSS (RFC 4055), whose mask function uses the same digest here.
static inline int COpenSSL_verify_digest(
    EVP_PKEY *key, const EVP_MD *hash, int pss_salt, const unsigned char *signature, size_t signature_length,
    const unsigned char *digest, size_t digest_length) {
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
  if (context == NULL) return 0;
  int ok = EVP_PKEY_verify_init(context) == 1;
  if (ok && pss_salt >= 0) {
    ok = EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1;
  } else if (ok && EVP_PKEY_is_a(key, "RSA")) {
    ok = EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  }
  ok = ok && EVP_PKEY_CTX_set_signature_md(context, hash) == 1;
  if (ok && pss_salt >= 0) {
    ok = EVP_PKEY_CTX_set_rsa_mgf1_md(context, hash) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, pss_salt) == 1;
  }
  ok = ok && EVP_PKEY_verify(context, signature, signature_length, digest, digest_length) == 1;
  EVP_PKEY_CTX_free(context);
  return ok;
}

// Whether a message was signed with a key that hashes by itself (Ed25519, Ed448).
static inline int COpenSSL_verify_message(
    EVP_PKEY *key, const unsigned char *signature, size_t signature_length, const unsigned char *message,
    size_t message_length) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  if (context == NULL) return 0;
  int ok = EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
           EVP_DigestVerify(context, signature, signature_length, message, message_length) == 1;
  EVP_MD_CTX_free(context);
  return ok;
}

// The bits of a key as OpenSSL counts them, and what kind of key it is.
static inline int COpenSSL_key_is(const EVP_PKEY *key, const char *name) { return EVP_PKEY_is_a(key, name) == 1; }
static inline int COpenSSL_key_bits(const EVP_PKEY *key) { return EVP_PKEY_get_bits(key); }

// The name of an EC key's curve, such as "prime256v1"; empty for other keys and explicit parameters.
static inline int COpenSSL_key_group(const EVP_PKEY *key, char *name, size_t capacity) {
  size_t length = 0;
  if (capacity > 0) name[0] = 0;
  return EVP_PKEY_get_group_name(key, name, capacity, &length) == 1;
}
