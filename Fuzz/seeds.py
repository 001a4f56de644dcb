"""Composes inputs for the fuzzers: seeds.py FUZZ-FOLDER OUTPUT-FOLDER. See Entries/FuzzInput.swift for their form."""

import base64
import datetime
import hashlib
import ipaddress
import itertools
import json
import pathlib
import sys
import urllib.parse

import cryptography_vectors
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

here, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
known = here / "known"
CERTIFICATE, LIST, ANSWER, ANCHOR, BY_NUMBER = 0, 1, 2, 3, 0x80
CLIENT_AUTH, SOURCES_FIRST, REPORTED, LISTS, SOURCES = 0x08, 0x10, 0x20, 0x40, 0x80
AT_HAND, WITHOUT_NONCE, EIGHT_INTERMEDIATES = 0x40, 0x80, 0x80


def part(kind, content):
    return bytes([kind]) + len(content).to_bytes(2, "big") + content


def write(target, *pieces):
    content = b"".join(pieces)
    folder = output / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(content).hexdigest()).write_bytes(content)


def files(kind):
    return {path.stem: path for path in sorted((known / kind).iterdir())}


def numbered(kind, folder, name):
    return part(kind | BY_NUMBER, bytes([list(files(folder)).index(name)]))


def cards():
    certificates, lists, answers = files("certificates"), files("lists"), files("answers")
    crls = b"".join(numbered(LIST, "lists", name) for name in lists)
    for name, path in certificates.items():
        der = path.read_bytes()
        for options in (
            bytes([0, EIGHT_INTERMEDIATES, AT_HAND, 0]),
            bytes([CLIENT_AUTH | LISTS, EIGHT_INTERMEDIATES, AT_HAND, 0]),
        ):
            write("certificates", options, part(CERTIFICATE, der), crls)
        number = numbered(CERTIFICATE, "certificates", name)
        for first in (CLIENT_AUTH | LISTS, LISTS | REPORTED | 2, 5, 6, 7, LISTS | SOURCES | SOURCES_FIRST):
            write("certificates", bytes([first, EIGHT_INTERMEDIATES | 3, AT_HAND, 0]), number, crls)
        issuers = b"".join(numbered(CERTIFICATE, "certificates", ca) for ca in ("ca1", "ca2", "ca3", "ca-foreign"))
        write("certificates", bytes([CLIENT_AUTH | LISTS, 0x10, 0, 0]), number, issuers, crls)
    for name, path in lists.items():
        for card in ("card-good", "card-revoked", "card-good-ca2", "ca1"):
            number = numbered(CERTIFICATE, "certificates", card)
            write("certificates", bytes([LISTS, 0x80, AT_HAND, 0]), number, crls, part(LIST, path.read_bytes()))
    for name, path in answers.items():
        for card in ("card-good", "card-revoked", "card-good-ca2"):
            options = bytes([SOURCES | LISTS | SOURCES_FIRST, 0x80, AT_HAND | WITHOUT_NONCE, 0x40])
            number = numbered(CERTIFICATE, "certificates", card)
            write("certificates", options, number, part(ANSWER, path.read_bytes()), crls)
    good = x509.load_der_x509_certificate(certificates["card-good"].read_bytes()).public_bytes(Encoding.PEM)
    ca = x509.load_der_x509_certificate(certificates["ca1"].read_bytes()).public_bytes(Encoding.PEM)
    crl = x509.load_der_x509_crl(lists["ca1"].read_bytes()).public_bytes(Encoding.PEM)
    write("certificates", bytes([LISTS, 0x80, 0, 0]), part(CERTIFICATE, good + ca), part(LIST, crl), crls)


def forgeries():
    """What somebody without keys would try with the good and the revoked card; kept apart and never minimised."""
    good, revoked = ((known / f"certificates/card-{name}.der").read_bytes() for name in ("good", "revoked"))
    crl, answer = (known / "lists/ca1.crl").read_bytes(), (known / "answers/good-week.der").read_bytes()
    serials = [x509.load_der_x509_certificate(der).serial_number.to_bytes(20, "big") for der in (good, revoked)]
    assert crl.count(serials[1]) == 1 and answer.count(serials[0]) == 1 and good.count(b"MARIO") == 1
    crls = b"".join(numbered(LIST, "lists", name) for name in files("lists"))
    for forged in (
        good.replace(b"MARIO", b"MARIA"),
        good.replace(b"RSSMRA", b"VRDMRA"),
        good.replace(serials[0], serials[1]),
        good[:-1] + bytes([good[-1] ^ 1]),
    ):
        for first in (0, LISTS | CLIENT_AUTH):
            write("forgeries", bytes([first, 0x80, AT_HAND, 0]), part(CERTIFICATE, forged), crls)
    number, unlisted = numbered(CERTIFICATE, "certificates", "card-revoked"), crl.replace(serials[1], serials[0])
    other = b"".join(numbered(LIST, "lists", name) for name in ("ca2", "root"))
    for first in (LISTS, LISTS | REPORTED):
        write("forgeries", bytes([first, 0x80, AT_HAND, 0]), number, part(LIST, unlisted), other)
    for first in (SOURCES, SOURCES | LISTS | SOURCES_FIRST):
        write(
            "forgeries", bytes([first, 0x80, AT_HAND | WITHOUT_NONCE, 0x40]), number,
            part(ANSWER, answer.replace(serials[0], serials[1])), crls,
        )
    ca = (known / "certificates/ca1.der").read_bytes()
    for forged in (ca.replace(b"CA Cittadini 1", b"CA Cittadini 9"), ca[:-1] + bytes([ca[-1] ^ 1])):
        write("forgeries", bytes([0, 0x80, 0, 0]), part(CERTIFICATE, good), part(CERTIFICATE, forged))


def pkits():
    folder = pathlib.Path(cryptography_vectors.__file__).parent / "x509/PKITS_data"
    cases = json.loads((here / "../Tests/CertificateKitTests/pkits-cases.json").read_text())
    for case in cases:
        ders = [(folder / f"certs/{name}.crt").read_bytes() for name in case["certs"]]
        crls = [(folder / f"crls/{name}.crl").read_bytes() for name in case["crls"]]
        flags = int("2.16.840.1.101.3.2.1.48.1" in case["policies"]) | case["explicit_policy"] << 1
        flags |= case["inhibit_policy_mapping"] << 2 | case["inhibit_any_policy"] << 3
        write(
            "certificates",
            bytes([LISTS, 0x80 | flags, 0x3F, 0]),
            part(CERTIFICATE, ders[-1]),
            part(ANCHOR, ders[0]),
            *(part(CERTIFICATE, der) for der in ders[1:-1]),
            *(part(LIST, crl) for crl in crls),
        )


def algorithms():
    """A path, its lists and answers for each kind of key; the keys are made here and forgotten."""
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
    kinds = [
        (lambda: rsa.generate_private_key(65537, 2048), hashes.SHA512(), None),
        (lambda: rsa.generate_private_key(65537, 2048), hashes.SHA256(), pss),
        (lambda: ec.generate_private_key(ec.SECP256R1()), hashes.SHA256(), None),
        (lambda: ec.generate_private_key(ec.SECP384R1()), hashes.SHA384(), None),
        (ed25519.Ed25519PrivateKey.generate, None, None),
        (ed448.Ed448PrivateKey.generate, None, None),
    ]
    for new_key, digest, pad in kinds:
        keys = {name: new_key() for name in "RALOW"}
        signing = {"rsa_padding": pad} if pad else {}

        def made(subject, issuer, *extensions):
            return certificate(subject, keys[subject], issuer, keys[issuer], digest, signing, extensions)

        root = made("R", "R", authority(), usage(True), key_names(keys["R"], keys["R"]))
        crls = [part(LIST, revocation_list(name, keys[name], digest, signing)) for name in "RA"]
        inputs = []
        for constraints, names in constrained_names():
            ca = made("A", "R", authority(), usage(True), key_names(keys["A"], keys["R"], root), [(constraints, True)])
            leaf = made(
                "L", "A", usage(False), key_names(keys["L"], keys["A"], ca), [(names, False)], purpose("CLIENT_AUTH")
            )
            ders = [one.public_bytes(Encoding.DER) for one in (leaf, ca, root)]
            parts = [part(CERTIFICATE, ders[0]), part(CERTIFICATE, ders[1]), part(ANCHOR, ders[2])]
            write("certificates", bytes([LISTS | CLIENT_AUTH, 0x80, 0x3F, 0]), *parts, *crls)
            inputs.append((leaf, ca, parts))
        leaf, ca, parts = inputs[0]
        wide = made("W", "A", usage(False), key_names(keys["W"], keys["A"])).public_bytes(Encoding.DER)
        write("certificates", bytes([LISTS, 0x80, 0x3F, 0]), part(CERTIFICATE, wide), *parts[1:], *crls)
        if pad:
            continue
        for more in ([(x509.OCSPNoCheck(), False)], []):
            responder = made("O", "A", usage(False), key_names(keys["O"], keys["A"]), purpose("OCSP_SIGNING"), more)
            for status in ocsp.OCSPCertStatus:
                options = bytes([LISTS | SOURCES | SOURCES_FIRST, 0x80, 0x3F, 0x40])
                for signer, key in ((responder, keys["O"]), (ca, keys["A"])):
                    answer = answer_about(leaf, ca, signer, key, digest, status)
                    write("certificates", options, *parts, part(ANSWER, answer), *crls)


now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def name_of(text):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def wide_name(text):
    kinds = (x509.name._ASN1Type.BMPString, x509.name._ASN1Type.UniversalString)
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text, _type=kind) for kind in kinds])


def constrained_names():
    """Name constraints, and names below them."""
    network, six = ipaddress.ip_network("192.0.2.0/24"), ipaddress.ip_network("2001:db8::/32")
    hosts = [x509.IPAddress(ipaddress.ip_address(text)) for text in ("192.0.2.1", "2001:db8::1")]
    names = [x509.DNSName("*.a.example.com"), x509.RFC822Name("a@b.example.com"), x509.DirectoryName(name_of("L"))]
    names.append(x509.UniformResourceIdentifier("http://user@a.com:80/x"))
    names.append(x509.RegisteredID(x509.ObjectIdentifier("1.2.3")))
    permitted = [x509.DNSName("example.com"), x509.RFC822Name(".example.com"), x509.DirectoryName(name_of("L"))]
    permitted += [x509.UniformResourceIdentifier(".com"), x509.IPAddress(network), x509.IPAddress(six)]
    excluded = [x509.DNSName("x.example.com"), x509.RFC822Name("z@example.com"), x509.RFC822Name("z.com")]
    excluded += [x509.UniformResourceIdentifier("b.com"), x509.IPAddress(ipaddress.ip_network("192.0.2.8/31"))]
    everybody = x509.SubjectAlternativeName(names[:4] + hosts)
    yield x509.NameConstraints(permitted, excluded), everybody
    yield x509.NameConstraints(permitted[:3], None), x509.SubjectAlternativeName(names)
    yield x509.NameConstraints(None, excluded), everybody
    yield x509.NameConstraints(None, [x509.DNSName("")]), everybody


def authority():
    return [(x509.BasicConstraints(True, None), True)]


def usage(is_authority):
    no = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only")
    none = {name: False for name in no + ("decipher_only",)}
    return [(x509.KeyUsage(not is_authority, key_cert_sign=is_authority, crl_sign=is_authority, **none), True)]


def purpose(name):
    return [(x509.ExtendedKeyUsage([getattr(x509.ExtendedKeyUsageOID, name)]), False)]


def key_names(key, issuer_key, issuer=None):
    """With the issuer's certificate, its name and serial number stand there too."""
    theirs = x509.SubjectKeyIdentifier.from_public_key(issuer_key.public_key()).digest
    named = ([x509.DirectoryName(issuer.issuer)], issuer.serial_number) if issuer else (None, None)
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return [(own, False), (x509.AuthorityKeyIdentifier(theirs, *named), False)]


def certificate(subject, key, issuer, issuer_key, digest, signing, extensions):
    serial = x509.random_serial_number()
    names = name_of(issuer), wide_name(subject) if subject == "W" else name_of(subject)
    builder = x509.CertificateBuilder(*names, key.public_key(), serial)
    builder = builder.not_valid_before(now - datetime.timedelta(days=1))
    builder = builder.not_valid_after(now + datetime.timedelta(days=300))
    for value, critical in itertools.chain(*extensions):
        builder = builder.add_extension(value, critical)
    return builder.sign(issuer_key, digest, **signing)


def revocation_list(issuer, key, digest, signing):
    entry = x509.RevokedCertificateBuilder(7, now - datetime.timedelta(days=1))
    entry = entry.add_extension(x509.CRLReason(x509.ReasonFlags.certificate_hold), False)
    entry = entry.add_extension(x509.InvalidityDate(now.replace(tzinfo=None)), False)
    builder = (
        x509.CertificateRevocationListBuilder(name_of(issuer), now, now + datetime.timedelta(days=7))
        .add_revoked_certificate(entry.build())
        .add_extension(x509.CRLNumber(1), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False)
    )
    return builder.sign(key, digest, **signing).public_bytes(Encoding.DER)


def answer_about(leaf, issuer, responder, key, digest, status):
    revoked = status == ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        leaf, issuer, hashes.SHA1(), status, now, now + datetime.timedelta(days=7), now if revoked else None,
        x509.ReasonFlags.superseded if revoked else None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, responder).certificates([responder])
    builder = builder.add_extension(x509.OCSPNonce(b"varco-fuzz-nonce"), False)
    return builder.sign(key, digest).public_bytes(Encoding.DER)


def headers():
    der = files("certificates")["card-good"].read_bytes()
    cert = f":{base64.b64encode(der).decode()}:".encode()
    pem = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
    escaped = urllib.parse.quote(pem, safe="").encode()
    chain = b":AQ==:, :AgM=:;a=1, \t:AAAA:"
    success = part(3, b"SUCCESS")
    for trusted in (b"\x00", b"\x01"):
        write("headers", trusted, part(0, cert), success)
        write("headers", trusted, part(0, b":AQ==:"), part(1, chain[:17]), success)
        write("headers", trusted, part(2, escaped), success)
        write("headers", trusted, part(2, escaped.replace(b"%2B", b"+").replace(b"%2F", b"/")), success)
        write("headers", trusted, part(3, b"FAILED:certificate has expired"), part(2, escaped))
        write("headers", trusted, part(0, cert), part(2, escaped), success)
    for text in (
        b":AQ==:", b"AQ==", b'"a"', b"(:AQ==:)", chain, b":AQ==:;q=1", b"?1", b"@1659578233", b'%"f%c3%bc"', b"3.14",
        b"-----BEGIN%20CERTIFICATE-----%0A++++%0A-----END%20CERTIFICATE-----%0A", b"token/x:y", b"a=1&b=2&c=%20+x",
        b"scope=openid%20pensioni.lettura&state=%C3%A8", b"a=&a", b"%", b"%2", b"%zz", b"%00", b"\xff", b"NONE",
    ):
        for kind in range(5):
            write("headers", b"\x01", part(kind, text), success)
            write("headers", b"\x01", part(0, b":AQ==:"), part(kind, text), success)


cards()
forgeries()
pkits()
algorithms()
headers()
