#include "CBareVerify.h"

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

static int verify_once(X509_STORE *store, X509 *leaf, STACK_OF(X509) *untrusted) {
  X509_STORE_CTX *context = X509_STORE_CTX_new();
  if (context == NULL) return 0;
  int ok = X509_STORE_CTX_init(context, store, leaf, untrusted) == 1 && X509_verify_cert(context) == 1;
  X509_STORE_CTX_free(context);
  return ok;
}

static long verify_many(X509 *const certificates[3], X509_CRL *const lists[2], long long time, long count) {
  X509_STORE *store = X509_STORE_new();
  STACK_OF(X509) *untrusted = sk_X509_new_null();
  long accepted = -1;
  if (store != NULL && untrusted != NULL && sk_X509_push(untrusted, certificates[1]) > 0 &&
      X509_STORE_add_cert(store, certificates[2]) == 1 && X509_STORE_add_crl(store, lists[0]) == 1 &&
      X509_STORE_add_crl(store, lists[1]) == 1) {
    X509_VERIFY_PARAM *parameters = X509_STORE_get0_param(store);
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_CLIENT);
    X509_VERIFY_PARAM_set_time(parameters, (time_t)time);
    accepted = 0;
    for (long i = 0; i < count; i++) accepted += verify_once(store, certificates[0], untrusted);
  }
  sk_X509_free(untrusted);
  X509_STORE_free(store);
  return accepted;
}

long bare_verify(const unsigned char *const certificates[3], const size_t certificate_lengths[3],
                 const unsigned char *const lists[2], const size_t list_lengths[2], long long time, long count) {
  X509 *read_certificates[3] = {NULL, NULL, NULL};
  X509_CRL *read_lists[2] = {NULL, NULL};
  int complete = 1;
  for (int i = 0; i < 3; i++) {
    const unsigned char *next = certificates[i];
    read_certificates[i] = d2i_X509(NULL, &next, (long)certificate_lengths[i]);
    complete = complete && read_certificates[i] != NULL;
  }
  for (int i = 0; i < 2; i++) {
    const unsigned char *next = lists[i];
    read_lists[i] = d2i_X509_CRL(NULL, &next, (long)list_lengths[i]);
    complete = complete && read_lists[i] != NULL;
  }
  long accepted = complete ? verify_many(read_certificates, read_lists, time, count) : -1;
  for (int i = 0; i < 3; i++) X509_free(read_certificates[i]);
  for (int i = 0; i < 2; i++) X509_CRL_free(read_lists[i]);
  return accepted;
}
