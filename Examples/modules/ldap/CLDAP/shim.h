#ifndef CLDAP_SHIM_H
#define CLDAP_SHIM_H

#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <lber.h>
#include <ldap.h>

// A macro that Swift cannot read.
static const int cldap_tls_1_2 = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;

static inline int cldap_set_time(LDAP *directory, int option, long milliseconds) {
  struct timeval time = {milliseconds / 1000, (milliseconds % 1000) * 1000};
  return ldap_set_option(directory, option, &time);
}

// Ends what libldap waits for, wherever it waits: its own limits are for the connecting and for the beginning of an answer.
// With GnuTLS they are for no handshake, and would make it spin instead.
typedef struct cldap_watch {
  // First: libldap hands its address to the callbacks.
  struct ldap_conncb callback;
  pthread_mutex_t lock;
  // Of our own, so that it is never another's that is shut down.
  int descriptor;
  int is_over;
} cldap_watch;

static inline int cldap_connected(LDAP *directory, Sockbuf *buffer, LDAPURLDesc *url, struct sockaddr *address,
                                  struct ldap_conncb *callback) {
  (void)url; (void)address;
  cldap_watch *watch = (cldap_watch *)callback;
  ber_socket_t descriptor = -1;
  if (ber_sockbuf_ctrl(buffer, LBER_SB_OPT_GET_FD, &descriptor) != 1) return -1;
  pthread_mutex_lock(&watch->lock);
  if (watch->descriptor >= 0) close(watch->descriptor);
  watch->descriptor = watch->is_over ? -1 : fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  int is_watched = watch->descriptor >= 0;
  pthread_mutex_unlock(&watch->lock);
  // Below 0 is none, as it is without the option.
  return is_watched ? cldap_set_time(directory, LDAP_OPT_NETWORK_TIMEOUT, -1000) : -1;
}

static inline void cldap_disconnected(LDAP *directory, Sockbuf *buffer, struct ldap_conncb *callback) {
  (void)directory; (void)buffer; (void)callback;
}

// The watch must outlive the directory's handle.
static inline cldap_watch *cldap_watch_new(LDAP *directory) {
  cldap_watch *watch = (cldap_watch *)calloc(1, sizeof *watch);
  if (watch == NULL) return NULL;
  watch->callback.lc_add = cldap_connected;
  watch->callback.lc_del = cldap_disconnected;
  watch->descriptor = -1;
  pthread_mutex_init(&watch->lock, NULL);
  if (ldap_set_option(directory, LDAP_OPT_CONNECT_CB, watch) == LDAP_OPT_SUCCESS) return watch;
  pthread_mutex_destroy(&watch->lock);
  free(watch);
  return NULL;
}

// After this nothing is sent and nothing is waited for; from any thread.
static inline void cldap_watch_end(cldap_watch *watch) {
  pthread_mutex_lock(&watch->lock);
  watch->is_over = 1;
  if (watch->descriptor >= 0) {
    shutdown(watch->descriptor, SHUT_RDWR);
    close(watch->descriptor);
    watch->descriptor = -1;
  }
  pthread_mutex_unlock(&watch->lock);
}

static inline void cldap_watch_free(cldap_watch *watch) {
  cldap_watch_end(watch);
  pthread_mutex_destroy(&watch->lock);
  free(watch);
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
