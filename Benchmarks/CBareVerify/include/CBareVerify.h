// What a C program does with OpenSSL and nothing else: the other side of a ratio of `make bench`.
#pragma once

#include <stddef.h>

// Verifies one chain over and over: leaf, authority and root with the root as the trust anchor, as a TLS client, with
// one revocation list for each issuer and X509_V_FLAG_CRL_CHECK_ALL. Everything in DER, read once. Returns how many of
// the `count` verifications said yes; -1 if something cannot be read.
long bare_verify(const unsigned char *const certificates[3], const size_t certificate_lengths[3],
                 const unsigned char *const lists[2], const size_t list_lengths[2], long long time, long count);
