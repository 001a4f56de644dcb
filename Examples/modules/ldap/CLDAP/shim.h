#ifndef CLDAP_SHIM_H
#define CLDAP_SHIM_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <lber.h>
#include <ldap.h>

// A macro that Swift cannot read.
static const int cldap_tls_1_2 = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;

static inline struct timeval cldap_time(long milliseconds) {
  struct timeval time = {milliseconds / 1000, (milliseconds % 1000) * 1000};
  return time;
}

// How long to wait for a connection, for a TLS handshake and for an answer.
static inline int cldap_limit(LDAP *directory, long milliseconds) {
  struct timeval limit = cldap_time(milliseconds);
  int code = ldap_set_option(directory, LDAP_OPT_NETWORK_TIMEOUT, &limit);
  return code != LDAP_OPT_SUCCESS ? code : ldap_set_option(directory, LDAP_OPT_TIMEOUT, &limit);
}

// libldap's own limits end the waiting for an answer, not for the rest of one that has begun: a read would block for ever.
static inline int cldap_connected(LDAP *directory, Sockbuf *buffer, LDAPURLDesc *url, struct sockaddr *address,
                                  struct ldap_conncb *callback) {
  (void)directory; (void)url; (void)address; (void)callback;
  ber_socket_t descriptor = -1;
  struct timeval limit = cldap_time(200);
  if (ber_sockbuf_ctrl(buffer, LBER_SB_OPT_GET_FD, &descriptor) != 1) return -1;
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0) return -1;
  return setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

static inline void cldap_disconnected(LDAP *directory, Sockbuf *buffer, struct ldap_conncb *callback) {
  (void)directory; (void)buffer; (void)callback;
}

static inline int cldap_limit_reads(LDAP *directory) {
  static struct ldap_conncb callback = {cldap_connected, cldap_disconnected, NULL};
  return ldap_set_option(directory, LDAP_OPT_CONNECT_CB, &callback);
}

// A simple bind that asks the server to say what its password policy makes of it (draft-behera-ldap-password-policy).
static inline int cldap_bind(LDAP *directory, const char *name, const void *password, size_t count, int *message) {
  LDAPControl policy = {(char *)LDAP_CONTROL_PASSWORDPOLICYREQUEST, {0, NULL}, 0};
  LDAPControl *controls[] = {&policy, NULL};
  struct berval secret = {count, (char *)password};
  return ldap_sasl_bind(directory, name, LDAP_SASL_SIMPLE, &secret, controls, NULL, message);
}

// Whether the password is right and has to be changed before it is good for anything.
static inline int cldap_must_change(LDAP *directory, LDAPControl **controls) {
  ber_int_t expires, graces;
  LDAPPasswordPolicyError error = PP_noError;
  LDAPControl *policy = ldap_control_find(LDAP_CONTROL_PASSWORDPOLICYRESPONSE, controls, NULL);
  if (policy == NULL) return 0;
  return ldap_parse_passwordpolicy_control(directory, policy, &expires, &graces, &error) == LDAP_SUCCESS
      && error == PP_changeAfterReset;
}

// Two entries are as many as it takes to know that a name is not one person's.
static inline int cldap_search(LDAP *directory, const char *base, const char *filter, const char *attribute,
                               LDAPMessage **result) {
  char *attributes[] = {(char *)attribute, NULL};
  return ldap_search_ext_s(directory, base, LDAP_SCOPE_SUBTREE, filter, attributes, 0, NULL, NULL, NULL, 2, result);
}

static inline int cldap_is_name(const char *text) {
  LDAPDN name = NULL;
  int code = ldap_str2dn(text, &name, LDAP_DN_FORMAT_LDAPV3);
  ldap_dnfree(name);
  return code == LDAP_SUCCESS;
}

#endif
