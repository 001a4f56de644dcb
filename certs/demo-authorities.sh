# The authorities of the demo PKI, for make-demo-pki.sh: keys, certificates, revocation. Source this; it uses $here,
# $out, $days and the defaults that stand there.
# shellcheck shell=bash disable=SC2154

# Runs a program and shows what it said only when it failed.
quietly() {
  local said
  said=$("$@" 2>&1) || {
    echo "$said" >&2
    return 1
  }
}

# Many keys at once: making them one by one is most of the time that this script takes.
fill_pool() {
  mkdir "$out/.pool"
  seq "$1" | xargs -P "$(nproc)" -I N openssl genrsa -out "$out/.pool/N.pem" 2048 2>/dev/null
}

new_key() {
  local next
  next=$(find "$out/.pool" -name '*.pem' -print -quit)
  if [[ $BITS != 2048 || -z $next ]]; then
    openssl genrsa -out "$1" "$BITS" 2>/dev/null
  else
    mv "$next" "$1"
  fi
  chmod 600 "$1"
}

at() { date -u -d "$1" +%Y%m%d%H%M%SZ; }

# issue AUTHORITY PROFILE REQUEST CERTIFICATE STARTS ENDS [OPTION...]
issue() {
  AUTHORITY=$out/cas/$1 CRL_URL=${CRL_URL:-$crl_base/$1.crl} OCSP_URL=${OCSP_URL:-$ocsp_base/$1} \
    quietly openssl ca -batch -notext -preserveDN -config "$here/demo-pki.cnf" -extensions "$2" -in "$3" -out "$4" \
    -startdate "$(at "$5")" -enddate "$(at "$6")" -md "$DIGEST" "${@:7}"
}

# request KEY LINE...: a certificate request; each line is a part of the name.
request() {
  local key=$1
  shift
  {
    printf '[req]\nprompt = no\nutf8 = yes\nstring_mask = %s\ndistinguished_name = name\n[name]\nC = IT\n' "$STRINGS"
    printf '%s\n' "O = Regione Demo" "$@"
  } >"${key%.pem}.cnf"
  quietly openssl req -new -key "$key" -config "${key%.pem}.cnf" -out "${key%.pem}.csr" -sha256
  rm "${key%.pem}.cnf"
}

# authority FOLDER ISSUER COMMON-NAME; FOLDER and ISSUER are the same for a root.
authority() {
  local folder=$out/cas/$1 profile=issuing self=()
  [[ $1 != "$2" ]] || { profile=root && self=(-selfsign); }
  mkdir -p "$folder/issued"
  : >"$folder/index.txt"
  new_key "$folder/key.pem"
  request "$folder/key.pem" "OU = Servizi di certificazione" "CN = $3"
  issue "$2" "$profile" "$folder/key.csr" "$folder/cert.pem" "3 years ago" "$((days + 3650)) days" "${self[@]}"
  rm "$folder/key.csr"
}

responder() {
  local folder=$out/ocsp/$1
  mkdir -p "$folder"
  new_key "$folder/key.pem"
  request "$folder/key.pem" "CN = Regione Demo - OCSP $1"
  issue "$1" responder "$folder/key.csr" "$folder/cert.pem" "1 day ago" "$days days"
  rm "$folder/key.csr"
}

publish_crl() {
  local name=$1 lasts=$2
  AUTHORITY=$out/cas/$name CRL_URL='' OCSP_URL='' quietly openssl ca -config "$here/demo-pki.cnf" -gencrl -md sha256 \
    -crldays "$lasts" -out "$out/cas/$name/crl.pem"
  openssl crl -in "$out/cas/$name/crl.pem" -outform DER -out "$out/crls/.$name"
  mv "$out/crls/.$name" "$out/crls/$name.crl"
}

# An authority without a number for its next CRL publishes none.
publish_crls() {
  local number name
  for number in "$out"/cas/*/crlnumber; do
    name=$(basename "$(dirname "$number")")
    publish_crl "$name" "$1"
  done
}

revoke() {
  local serial issued folder
  serial=$(openssl x509 -in "$out/cards/$1/cert.pem" -noout -serial)
  issued=("$out"/cas/*/issued/"${serial#serial=}.pem")
  folder=$(dirname "$(dirname "${issued[0]}")")
  AUTHORITY=$folder CRL_URL='' OCSP_URL='' quietly openssl ca -config "$here/demo-pki.cnf" -revoke "${issued[0]}" \
    -crl_reason "$2"
  [[ ! -e $folder/crlnumber ]] || publish_crl "$(basename "$folder")" 7
}
