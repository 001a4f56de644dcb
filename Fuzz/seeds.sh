#!/bin/bash
# Makes known/, the public half of a throw-away PKI, and first inputs for the fuzzers (after `make python`). Run it when
# the demo PKI gets another shape, not to fuzz: inputs found before then hold certificates of authorities that nobody
# knows any more.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
known=$here/known
pki=$(mktemp -d)
trap 'rm -rf "$pki"' EXIT

"$here/../certs/make-demo-pki.sh" "$pki/demo"
rm -rf "$known"
mkdir -p "$known"/{certificates,lists,answers}

epoch() { date -u -d "$(openssl x509 -in "$1" -noout "$2" | cut -d= -f2)" +%s; }

# keep NAME CERTIFICATE WORD...: the certificate, and its line in facts.txt.
keep() {
  local words=("${@:3}") policies
  openssl x509 -in "$2" -outform DER -out "$known/certificates/$1.der"
  policies=$(openssl x509 -in "$2" -noout -ext certificatePolicies 2>/dev/null || true)
  [[ $(openssl x509 -in "$2" -noout -purpose) != *"SSL client : Yes"* ]] || words+=(client)
  [[ ! $policies =~ "Policy: "(1\.3\.76\.16\.2\.1|X509v3\ Any\ Policy)($'\n'|$) ]] || words+=(cns)
  echo "$1 $(epoch "$2" -startdate) $(epoch "$2" -enddate) ${words[*]}" >>"$pki/facts"
}

card_words() {
  case $1 in
    weak-key | sha1 | impostor | self-signed) echo refused ;;
    revoked | revoked-ca2) echo issued revoked card ;;
    unknown-revocation) echo issued silent card ;;
    good | good-ca2 | spare | spare-ca2 | omocode | expired | not-yet-valid) echo issued card ;;
    *) echo issued ;;
  esac
}

# answer NAME AUTHORITY CARD [OPTION...]: what the authority's responder says about a card. -no_nonce is for the question,
# all other options are for the answer.
answer() {
  local ca=$pki/demo/cas/$2 question=$pki/question options=() asked=()
  for option in "${@:4}"; do
    if [[ $option == -no_nonce ]]; then asked+=("$option"); else options+=("$option"); fi
  done
  openssl ocsp -issuer "$ca/cert.pem" -cert "$pki/demo/cards/$3/cert.pem" "${asked[@]}" -reqout "$question"
  # OpenSSL makes a nonce of 16 octets, and puts it last.
  if [[ ${#asked[@]} == 0 ]]; then
    head -c -16 "$question" >"$question.known"
    printf varco-fuzz-nonce >>"$question.known"
    mv "$question.known" "$question"
  fi
  openssl ocsp -index "$ca/index.txt" -CA "$ca/cert.pem" -rsigner "$pki/demo/ocsp/$2/cert.pem" \
    -rkey "$pki/demo/ocsp/$2/key.pem" -reqin "$question" -respout "$known/answers/$1.der" "${options[@]}" >/dev/null
}

keep ca-root "$pki/demo/cas/root/cert.pem" anchor
keep ca-foreign-root "$pki/demo/cas/foreign-root/cert.pem" refused
for name in ca1 ca2 ca3; do keep "$name" "$pki/demo/cas/$name/cert.pem" authority issued; done
keep ca-foreign "$pki/demo/cas/foreign/cert.pem" refused
for name in ca1 ca2; do keep "responder-$name" "$pki/demo/ocsp/$name/cert.pem" issued; done
for folder in "$pki"/demo/cards/*; do
  name=$(basename "$folder")
  # shellcheck disable=SC2046
  keep "card-$name" "$folder/cert.pem" $(card_words "$name")
done
cp "$pki"/demo/crls/*.crl "$known/lists/"
answer good ca1 good
answer good-week ca1 good -ndays 7
answer good-without-nonce ca1 good -no_nonce -ndays 7
answer good-by-key ca1 good -resp_key_id -ndays 7
answer good-without-certificates ca1 good -resp_no_certs -ndays 7
answer good-badly-signed ca1 good -badsig -ndays 7
answer good-ca2 ca2 good-ca2 -ndays 7
answer revoked ca1 revoked -ndays 7
answer revoked-ca2 ca2 revoked-ca2 -ndays 7
answer stranger ca1 good-ca2 -ndays 7
printf '\x30\x03\x0a\x01\x03' >"$known/answers/try-later.der"
{
  date +%s
  cat "$pki/facts"
} >"$known/facts.txt"
rm -rf "$here/corpus/forgeries"
"$here/../.venv/bin/python" "$here/seeds.py" "$here" "$here/corpus"
