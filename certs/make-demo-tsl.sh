#!/bin/bash
# A signed trusted list (ETSI TS 119 612, XAdES) over the authorities of a demo PKI. Needs xmlsec1.
set -euo pipefail

usage() {
  cat >&2 <<'END'
usage: make-demo-tsl.sh DIR [--sequence N] [--days N]

DIR is a folder that make-demo-pki.sh has filled. Writes DIR/tsl/TSL-IT.xml with the given sequence number (1), good for
so many days (30), and its signer DIR/tsl/signer.pem, which a second run uses again.
END
  exit 2
}

statuses=http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus
types=http://uri.etsi.org/TrstSvc/Svctype
determination=http://uri.etsi.org/TrstSvc/TrustedList/StatusDetn/EUappropriate
out=
sequence=1
days=30

moment() { date -u -d "$1" +%Y-%m-%dT%H:%M:%SZ; }
der_in_base64() { openssl x509 -in "$1" -outform DER | base64 -w 0; }
in_english() { printf '<%s><%s xml:lang="en">%s</%s></%s>' "$1" "$2" "$3" "$2" "$1"; }

make_signer() {
  local name="/C=IT/O=Ente Demo di Vigilanza/CN=Demo trusted list signer"
  openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 3650 -subj "$name" -keyout "$out/tsl/key.pem" \
    -out "$out/tsl/signer.pem" -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature \
    -addext extendedKeyUsage=0.4.0.2231.3.0 2>/dev/null
  chmod 600 "$out/tsl/key.pem"
}

scheme() {
  cat <<END
<SchemeInformation>
<TSLVersionIdentifier>5</TSLVersionIdentifier>
<TSLSequenceNumber>$sequence</TSLSequenceNumber>
<TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric</TSLType>
$(in_english SchemeOperatorName Name "Ente Demo di Vigilanza")
<SchemeOperatorAddress>
<PostalAddresses><PostalAddress xml:lang="en"><StreetAddress>Via Demo 1</StreetAddress><Locality>Roma</Locality>
<CountryName>IT</CountryName></PostalAddress></PostalAddresses>
<ElectronicAddress><URI xml:lang="en">http://tsl.demo.example/</URI></ElectronicAddress>
</SchemeOperatorAddress>
$(in_english SchemeName Name "IT: demo trusted list")
$(in_english SchemeInformationURI URI "http://tsl.demo.example/scheme")
<StatusDeterminationApproach>$determination</StatusDeterminationApproach>
$(in_english SchemeTypeCommunityRules URI "http://uri.etsi.org/TrstSvc/TrustedList/schemerules/EUcommon")
<SchemeTerritory>IT</SchemeTerritory>
$(in_english PolicyOrLegalNotice TSLLegalNotice "For tests.")
<HistoricalInformationPeriod>65535</HistoricalInformationPeriod>
<ListIssueDateTime>$(moment now)</ListIssueDateTime>
<NextUpdate><dateTime>$(moment "$days days")</dateTime></NextUpdate>
</SchemeInformation>
END
}

# service TYPE STATUS NAME AUTHORITY [FORMER-STATUS]
service() {
  local certificate=$out/cas/$4/cert.pem status=$statuses/$2
  cat <<END
<TSPService><ServiceInformation>
<ServiceTypeIdentifier>$types/$1</ServiceTypeIdentifier>
$(in_english ServiceName Name "$3")
<ServiceDigitalIdentity><DigitalId><X509Certificate>$(der_in_base64 "$certificate")</X509Certificate></DigitalId>
<DigitalId><X509SubjectName>$(openssl x509 -in "$certificate" -noout -subject -nameopt RFC2253 | sed 's/^subject=//')\
</X509SubjectName></DigitalId></ServiceDigitalIdentity>
<ServiceStatus>$status</ServiceStatus>
<StatusStartingTime>$(moment "1 year ago")</StatusStartingTime>
</ServiceInformation>
END
  [[ -z ${5:-} ]] || cat <<END
<ServiceHistory><ServiceHistoryInstance>
<ServiceTypeIdentifier>$types/$1</ServiceTypeIdentifier>
$(in_english ServiceName Name "$3")
<ServiceDigitalIdentity><DigitalId><X509SubjectName>$(openssl x509 -in "$certificate" -noout -subject -nameopt RFC2253 |
    sed 's/^subject=//')</X509SubjectName></DigitalId></ServiceDigitalIdentity>
<ServiceStatus>$statuses/$5</ServiceStatus>
<StatusStartingTime>$(moment "2 years ago")</StatusStartingTime>
</ServiceHistoryInstance></ServiceHistory>
END
  echo "</TSPService>"
}

# provider NAME, with the services on standard input
provider() {
  cat <<END
<TrustServiceProvider><TSPInformation>
$(in_english TSPName Name "$1")
<TSPAddress>
<PostalAddresses><PostalAddress xml:lang="en"><StreetAddress>Via Demo 2</StreetAddress><Locality>Roma</Locality>
<CountryName>IT</CountryName></PostalAddress></PostalAddresses>
<ElectronicAddress><URI xml:lang="en">http://www.regione.demo.example/</URI></ElectronicAddress>
</TSPAddress>
$(in_english TSPInformationURI URI "http://www.regione.demo.example/cps")
</TSPInformation><TSPServices>
$(cat)
</TSPServices></TrustServiceProvider>
END
}

# What a reader must keep, and what it must drop: the dropped ones are the look-alikes of the authorities that count.
providers() {
  {
    for name in ca1 ca2 ca3; do service IdV recognisedatnationallevel "CNS authentication, $name" "$name"; done
  } | provider "Regione Demo"
  {
    service CA/QC granted "Qualified signatures" foreign
    service IdV withdrawn "CNS authentication, withdrawn" foreign recognisedatnationallevel
    service IdV deprecatedatnationallevel "CNS authentication, deprecated" foreign
    service IdV/nothavingPKIid recognisedatnationallevel "Identification without a PKI" foreign-root
  } | provider "Prestatore Demo"
}

reference() {
  local transform="<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>"
  cat <<END
<ds:Reference $1><ds:Transforms>${2:-}$transform</ds:Transforms>
<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference>
END
}

signature_to_fill() {
  local digest enveloped="<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>"
  digest=$(openssl x509 -in "$out/tsl/signer.pem" -outform DER | openssl sha256 -binary | base64)
  cat <<END
<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="signature"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
$(reference 'URI=""' "$enveloped")
$(reference 'Type="http://uri.etsi.org/01903#SignedProperties" URI="#signed-properties"')
</ds:SignedInfo><ds:SignatureValue/>
<ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo>
<ds:Object><xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="#signature">
<xades:SignedProperties Id="signed-properties"><xades:SignedSignatureProperties>
<xades:SigningTime>$(moment now)</xades:SigningTime>
<xades:SigningCertificateV2><xades:Cert><xades:CertDigest>
<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>$digest</ds:DigestValue>
</xades:CertDigest></xades:Cert></xades:SigningCertificateV2>
</xades:SignedSignatureProperties></xades:SignedProperties>
</xades:QualifyingProperties></ds:Object></ds:Signature>
END
}

list() {
  cat <<END
<?xml version="1.0" encoding="UTF-8"?>
<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" Id="demo" TSLTag="http://uri.etsi.org/19612/TSLTag">
$(scheme)
<TrustServiceProviderList>
$(providers)
</TrustServiceProviderList>
$(signature_to_fill)
</TrustServiceStatusList>
END
}

[[ $# -ge 1 && -d $1/cas ]] || usage
out=$1
shift
while (($#)); do
  [[ $# -ge 2 && $2 =~ ^[1-9][0-9]{0,8}$ ]] || usage
  case $1 in
    --sequence) sequence=$2 ;;
    --days) days=$2 ;;
    *) usage ;;
  esac
  shift 2
done
command -v xmlsec1 >/dev/null || {
  echo "make-demo-tsl.sh: xmlsec1 is needed to sign the list (Debian package xmlsec1)" >&2
  exit 1
}
mkdir -p "$out/tsl"
[[ -e $out/tsl/signer.pem ]] || make_signer
list >"$out/tsl/.unsigned.xml"
xmlsec1 --sign --privkey-pem "$out/tsl/key.pem,$out/tsl/signer.pem" --id-attr:Id \
  http://uri.etsi.org/01903/v1.3.2#:SignedProperties --output "$out/tsl/.TSL-IT.xml" "$out/tsl/.unsigned.xml"
mv "$out/tsl/.TSL-IT.xml" "$out/tsl/TSL-IT.xml"
rm "$out/tsl/.unsigned.xml"
