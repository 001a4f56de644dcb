#!/bin/bash
# A throw-away PKI in the shape of the Italian CNS: authorities, OCSP responders, CRLs, and cards good and bad.
set -euo pipefail

usage() {
  cat >&2 <<'END'
usage: make-demo-pki.sh OUTDIR [--days N] [--cf CODE[:GIVEN:FAMILY],...] [--only CARD,...]
                               [--crl-base URL] [--ocsp-base URL]
       make-demo-pki.sh revoke DIR CARD [REASON]     revokes a card and issues its authority's next CRL
       make-demo-pki.sh crl DIR [DAYS]               issues the next CRL of every authority that publishes one

Cards and authorities are good for N days from now (365). The fiscal codes go to the cards in the order of
manifest.json, again from the first when they are used up. With --only no other cards are made. CRLs are at
CRL-URL/ca1.crl and so on, responders at OCSP-URL/ca1 and so on.
END
  exit 2
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
people=(
  RSSMRA85T10H501O:MARIO:ROSSI BNCNNA62A71F205V:ANNA:BIANCHI VRDGFR78H05F839R:GIANFRANCO:VERDI
  PPSNIO00B69Z129W:IONA:POPESCU "DMCNCL99M01G273W:NICOLO:D'AMICO" FOXIOX26C24L219D:IO:FO)
days=365
only=
crl_base=http://127.0.0.1:2561
ocsp_base=http://127.0.0.1:2560
out=
made=0
cards=()

# shellcheck source=certs/demo-authorities.sh
source "$here/demo-authorities.sh"

# What a good card is; a card that is something else says so before `card`.
export BASIC_CONSTRAINTS=CA:FALSE
export KEY_USAGE=critical,digitalSignature,keyEncipherment
export EXTENDED_KEY_USAGE=clientAuth,emailProtection
export POLICIES=@own_policy,@cns_policy
CHANGE='' FORM=CODE/TAIL STARTS="1 day ago" ENDS='' DIGEST=sha256 BITS=2048 NAMED=yes
STRINGS=utf8only CRL_URL='' OCSP_URL=''

# Fiscal codes (D.M. 23 December 1976).

check_character() {
  local odd=(1 0 5 7 9 13 15 17 19 21 2 4 18 20 11 3 6 8 12 14 16 10 22 25 24 23)
  local digits=0123456789 letters=ABCDEFGHIJKLMNOPQRSTUVWXYZ body=${1:0:15} sum=0 place character before
  for ((place = 0; place < 15; place++)); do
    character=${body:place:1}
    before=$digits
    [[ $character == [0-9] ]] || before=$letters
    before=${before%%"$character"*}
    if ((place % 2)); then ((sum += ${#before})) || true; else ((sum += odd[${#before}])) || true; fi
  done
  echo "${letters:sum % 26:1}"
}

require_person() {
  local code=${1%%:*} digit='[0-9LMNPQRSTUV]' names="^[^:]*(:[A-Za-z '-]+){0,2}\$" form
  form="^[A-Z]{6}$digit{2}[ABCDEHLMPRST]$digit{2}[A-Z]$digit{3}[A-Z]\$"
  [[ $1 =~ $names && $code =~ $form && ${code:15} == "$(check_character "$code")" ]] || {
    echo "make-demo-pki.sh: a value of --cf is no fiscal code with names" >&2
    exit 2
  }
}

# The code as this card has it.
changed_code() {
  local body=${1:0:15} last=${1:15} letters=LMNPQRSTUV
  case $CHANGE in
    omocode)
      [[ ${body:14} != [0-9] ]] || body=${body:0:14}${letters:${body:14}:1}
      last=$(check_character "$body")
      ;;
    wrong-check) if [[ $last == A ]]; then last=B; else last=A; fi ;;
    short) last= ;;
  esac
  echo "$body$last"
}

# Cards.

# card NAME AUTHORITY VERDICT REASON WHAT-IT-IS
card() {
  local folder=$out/cards/$1 person code other given family
  person=${people[made % ${#people[@]}]}
  other=${people[(made + 1) % ${#people[@]}]%%:*}
  made=$((made + 1))
  [[ -z $only || ,$only, == *,"$1",* ]] || return 0
  IFS=: read -r code given family _ <<<"$person:NOME:COGNOME"
  code=$(changed_code "$code")
  mkdir "$folder"
  new_key "$folder/key.pem"
  request_card "$folder/key.pem" "$given" "$family" "$code" "$other"
  if [[ $2 == self ]]; then
    self_sign "$folder"
  else
    issue "$2" card "$folder/key.csr" "$folder/cert.pem" "$STARTS" "${ENDS:-$days days}"
  fi
  [[ $1 != nul-in-name ]] || put_nul_in_name "$folder/cert.pem" "$out/cas/$2/key.pem"
  rm "$folder/key.csr"
  record "$@" "$code" "$given" "$family"
}

# request_card KEY GIVEN FAMILY CODE OTHER-CODE
request_card() {
  local number tail names name line=0
  number=$(printf '6040%012d' "$made")
  tail=$number.$(printf '%s' "$number" | openssl sha1 -binary | base64)
  names=("OU = Cittadini")
  [[ $NAMED != yes ]] || names+=("GN = ${2//\'/\\\'}" "SN = ${3//\'/\\\'}")
  names+=("serialNumber = $number")
  for name in ${FORM//|/ }; do
    name=${name//CODE/$4}
    name=${name//OTHER/$5}
    names+=("$((line++)).CN = ${name//TAIL/$tail}")
  done
  request "$1" "${names[@]}"
}

self_sign() {
  CRL_URL=$crl_base/ca1.crl OCSP_URL=$ocsp_base/ca1 AUTHORITY='' quietly openssl x509 -req -in "$1/key.csr" \
    -signkey "$1/key.pem" -days "$days" -extfile "$here/demo-pki.cnf" -extensions card -sha256 -out "$1/cert.pem"
}

# No option of OpenSSL writes a NUL into a name: the byte after "NUL" is made one, and the certificate signed again.
put_nul_in_name() {
  local der=$1.der size place length
  openssl x509 -in "$1" -outform DER -out "$der"
  size=$(stat -c %s "$der")
  place=$(($(LC_ALL=C grep -abo NUL_ "$der" | head -1 | cut -d: -f1) + 3))
  printf '\0' | dd of="$der" bs=1 seek="$place" conv=notrunc status=none
  length=$(openssl asn1parse -inform DER -in "$der" | sed -n '2s/.*hl=\([0-9]*\) *l= *\([0-9]*\).*/\1+\2/p')
  dd if="$der" bs=1 skip=4 count=$((length)) status=none | openssl dgst -sha256 -sign "$2" |
    dd of="$der" bs=1 seek=$((size - 256)) conv=notrunc status=none
  openssl x509 -inform DER -in "$der" -out "$1"
  rm "$der"
}

# record NAME AUTHORITY VERDICT REASON WHAT-IT-IS CODE GIVEN FAMILY: what goes with the certificate, and its line in the
# manifest.
record() {
  local folder=$out/cards/$1 issuer=$out/cas/$2/cert.pem serial
  cp "$folder/cert.pem" "$folder/chain.pem"
  [[ ! -e $issuer ]] || cat "$issuer" >>"$folder/chain.pem"
  openssl pkcs12 -export -inkey "$folder/key.pem" -in "$folder/chain.pem" -name "$1" -passout pass:demo \
    -out "$folder/$1.p12"
  chmod 600 "$folder/$1.p12"
  serial=$(openssl x509 -in "$folder/cert.pem" -noout -serial)
  cards+=("$(printf '{"name": "%s", "authority": "%s", "verdict": "%s", "reason": "%s", "what": "%s", ' "${@:1:5}")$(
    printf '"fiscal_code": "%s", "given_name": "%s", "family_name": "%s", ' "${@:6:3}"
  )$(printf '"serial": "%s"}' "${serial#serial=}")")
}

make_authorities() {
  local root="Regione Demo - Root" ca="Regione Demo - CA Cittadini" name
  mkdir -p "$out"/{anchors,intermediates,cards,crls,ocsp}
  authority root root "$root"
  for name in 1 2 3; do CRL_URL=$crl_base/root.crl authority "ca$name" root "$ca $name"; done
  # Strangers with the same names.
  authority foreign-root foreign-root "$root"
  CRL_URL=$crl_base/root.crl authority foreign foreign-root "$ca 1"
  # The third authority keeps silent about revocation.
  for name in root ca1 ca2; do echo 01 >"$out/cas/$name/crlnumber"; done
  for name in ca1 ca2; do responder "$name"; done
  cp "$out/cas/root/cert.pem" "$out/anchors/root.pem"
  for name in ca1 ca2 ca3; do cp "$out/cas/$name/cert.pem" "$out/intermediates/$name.pem"; done
  cat "$out"/anchors/*.pem "$out"/intermediates/*.pem >"$out/trust.pem"
}

make_cards() {
  card good ca1 accepted "" "as it should be"
  STRINGS=nombstr card good-ca2 ca2 accepted "" "as it should be, with a name of PrintableString"
  card revoked ca1 refused revoked "its authority has revoked it: keyCompromise"
  STARTS="2 years ago" ENDS="1 day ago" card expired ca1 refused expired "expired yesterday"
  card spare ca1 accepted "" "as it should be, for whoever wants to revoke one"
  card spare-ca2 ca2 accepted "" "as it should be, for whoever wants to revoke one"
  CHANGE=omocode card omocode ca1 accepted "" "a fiscal code with a letter for a digit"
  NAMED=no POLICIES=@own_policy,@equivalent_policy card equivalent-policy ca2 accepted "" \
    "the equivalent policy 1.3.159.6.1.3.2.10; no name beside the CN"
  STARTS="30 days" ENDS="$((days + 30)) days" card not-yet-valid ca2 refused not-yet-valid "good from next month on"
  card revoked-ca2 ca2 refused revoked "its authority has suspended it: certificateHold"
  POLICIES=@own_policy card wrong-policy ca1 refused policy "no CNS policy, only the authority's own"
  POLICIES=@own_policy,@identity_card_policy card identity-card ca1 refused policy "policy of the identity card"
  EXTENDED_KEY_USAGE=emailProtection card no-client-auth ca1 refused extended-key-usage "for e-mail only"
  KEY_USAGE=critical,nonRepudiation card signature ca1 refused key-usage "a signature certificate"
  KEY_USAGE=critical,digitalSignature,nonRepudiation card signature-and-authentication ca1 refused key-usage \
    "digitalSignature and nonRepudiation both"
  BITS=1024 card weak-key ca1 refused weak-key "a key of RSA 1024"
  DIGEST=sha1 card sha1 ca1 refused weak-signature "signed with SHA-1"
  CHANGE=wrong-check card wrong-check-character ca1 refused fiscal-code "the check character is wrong"
  CHANGE=short card short-code ca1 refused common-name "a fiscal code of fifteen characters"
  FORM=CODE-TAIL card no-slash ca1 refused common-name "no slash after the fiscal code"
  FORM='CODE/TAIL|OTHER/TAIL' card two-names ca1 refused common-name "two CNs, of two people"
  FORM=CODE/6040000000000000.NUL_attacker card nul-in-name ca1 refused common-name "a NUL in the CN, and more behind it"
  CRL_URL=$crl_base/ca1.crl OCSP_URL=$ocsp_base/ca1 card impostor foreign refused untrusted \
    "of another authority with the name of ca1"
  card self-signed self refused untrusted "signed by itself"
  BASIC_CONSTRAINTS=critical,CA:TRUE KEY_USAGE=critical,digitalSignature,keyCertSign card ca-as-card ca1 refused \
    is-authority "an authority's certificate used as a card"
  card unknown-revocation ca3 unknown revocation-unknown "of an authority without CRL and responder"
}

write_manifest() {
  local name separator=
  {
    printf '{\n  "crl_base": "%s", "ocsp_base": "%s", "p12_password": "demo",\n  "cards": [' "$crl_base" "$ocsp_base"
    for name in "${cards[@]}"; do
      printf '%s\n    %s' "$separator" "$name"
      separator=,
    done
    printf '\n  ]\n}\n'
  } >"$out/manifest.json"
}

make_all() {
  [[ ! -e $out || -d $out && -z $(ls -A "$out") ]] || {
    echo "make-demo-pki.sh: $out is there and not empty" >&2
    exit 1
  }
  local commas
  mkdir -p "$out/cas"
  if [[ -z $only ]]; then fill_pool 33; else fill_pool 9; fi
  make_authorities
  make_cards
  commas=${only//[^,]/}
  [[ -z $only || ${#cards[@]} == $((${#commas} + 1)) ]] || {
    echo "make-demo-pki.sh: no such card, or named twice: $only" >&2
    exit 2
  }
  [[ ! -e $out/cards/revoked ]] || revoke revoked keyCompromise
  [[ ! -e $out/cards/revoked-ca2 ]] || revoke revoked-ca2 certificateHold
  publish_crls 7
  write_manifest
  rm -r "$out/.pool"
}

read_options() {
  while (($#)); do
    [[ $# -ge 2 ]] || usage
    case $1 in
      --days)
        days=$2
        [[ $days =~ ^[1-9][0-9]{0,3}$ ]] || usage
        ;;
      --cf) IFS=, read -ra people <<<"$2" ;;
      --only) only=$2 ;;
      --crl-base) crl_base=$2 ;;
      --ocsp-base) ocsp_base=$2 ;;
      *) usage ;;
    esac
    shift 2
  done
  for person in "${people[@]}"; do require_person "$person"; done
}

case ${1:-} in
  "" | -*) usage ;;
  revoke)
    [[ $# == 3 || $# == 4 ]] || usage
    out=$2
    revoke "$3" "${4:-unspecified}"
    ;;
  crl)
    [[ $# == 2 || $# == 3 ]] || usage
    out=$2
    publish_crls "${3:-7}"
    ;;
  *)
    out=$1
    read_options "${@:2}"
    make_all
    ;;
esac
