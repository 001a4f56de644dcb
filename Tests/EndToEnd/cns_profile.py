"""What the profile of the CNS and OpenSSL say about a card, each by a way of its own: for checking the demo PKI."""

from __future__ import annotations

import datetime
import re
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cns_pki import Card, DemoPKI

CNS_POLICIES = {"1.3.76.16.2.1", "1.3.159.6.1.3.2.10"}
CODE = "[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]"


def run(*command, check: bool = True) -> subprocess.CompletedProcess:
    done = subprocess.run(
        [str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        check=False)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def verify_with_openssl(pki: DemoPKI, card: Card) -> int:
    """The number of the first error, 0 for none."""
    crls = [part for file in pki.crls_in_pem() for part in ("-CRLfile", file)]
    done = run(
        "openssl", "verify", "-purpose", "sslclient", "-auth_level", "2", "-crl_check_all", *crls, "-CAfile",
        pki.anchor, "-untrusted", pki.trust, card.certificate, check=False)
    found = re.search(r"^error (\d+) at", done.stderr, re.MULTILINE)
    assert (found is None) == (done.returncode == 0), done.stderr
    return int(found[1]) if found else 0


def broken_rules(card: Card) -> set[str]:
    """Which rules of the profile the certificate alone breaks, in the words of the manifest."""
    certificate = x509.load_pem_x509_certificate(card.certificate.read_bytes())
    extensions = certificate.extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    policies = extensions.get_extension_for_class(x509.CertificatePolicies).value
    now = datetime.datetime.now(datetime.timezone.utc)
    assert usage.critical
    rules = {
        "expired": certificate.not_valid_after_utc >= now,
        "not-yet-valid": certificate.not_valid_before_utc <= now,
        "policy": bool(CNS_POLICIES & {policy.policy_identifier.dotted_string for policy in policies}),
        "key-usage": usage.value.digital_signature and not usage.value.content_commitment,
        "extended-key-usage": ExtendedKeyUsageOID.CLIENT_AUTH in purposes,
        "is-authority": not extensions.get_extension_for_class(x509.BasicConstraints).value.ca,
        "weak-key": certificate.public_key().key_size >= 2048,
        "weak-signature": isinstance(certificate.signature_hash_algorithm, hashes.SHA256),
    }
    names = [attribute.value for attribute in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    code = re.fullmatch(rf"({CODE})/[0-9]{{16}}\.[A-Za-z0-9+/=]{{1,40}}", names[0])
    rules["common-name"] = len(names) == 1 and code is not None
    rules["fiscal-code"] = code is None or code[1][15] == check_character(code[1])
    return {rule for rule, holds in rules.items() if not holds}


def check_character(code: str) -> str:
    letters = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
    values = [int(one) if one.isdigit() else ord(one) - ord("A") for one in code[:15]]
    return chr(ord("A") + sum(letters[value] if place % 2 == 0 else value for place, value in enumerate(values)) % 26)
