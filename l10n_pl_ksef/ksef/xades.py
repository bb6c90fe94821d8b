"""The signed login request: ``AuthTokenRequest`` with an enveloped XAdES-BES signature.

Source: ksef-docs ``auth/podpis-xades.md`` (formats, algorithms), ``schemat_auth_v2-1.xsd``;
ETSI TS 101 903 (XAdES-BES: SigningCertificate); XML Signature 1.1 (ECDSA as r||s).
The shape is that of KSeF's published C# client: one reference to the document, one to the
signed properties, exclusive canonicalisation.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

from .certificates import Certificate, PrivateKey
from .context import Context

Clock = Callable[[], datetime]

AUTH_NAMESPACE = "http://ksef.mf.gov.pl/auth/token/2.1"
CERTIFICATE_SUBJECT = "certificateSubject"
CERTIFICATE_FINGERPRINT = "certificateFingerprint"

_DS = "http://www.w3.org/2000/09/xmldsig#"
_XADES = "http://uri.etsi.org/01903/v1.3.2#"
_SIGNED_PROPERTIES_TYPE = "http://uri.etsi.org/01903#SignedProperties"
_EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
_SIGNATURE_ID = "Signature"
_PROPERTIES_ID = "SignedProperties"
# A clock that runs a little fast must not make a signature of the future.
_CLOCK_TOLERANCE = timedelta(minutes=1)


def auth_token_request(challenge: str, context: Context, subject_identifier_type: str) -> bytes:
    """Return an unsigned ``AuthTokenRequest`` (schema 2.1) as UTF-8.

    ``subject_identifier_type``: ``certificateSubject`` where the certificate carries a Polish
    NIP or PESEL, else ``certificateFingerprint`` (``CertificateInfo.subject_identifier_type``).
    """
    if subject_identifier_type not in (CERTIFICATE_SUBJECT, CERTIFICATE_FINGERPRINT):
        raise ValueError(f"Unknown SubjectIdentifierType {subject_identifier_type!r}.")
    root = etree.Element(f"{{{AUTH_NAMESPACE}}}AuthTokenRequest", nsmap={None: AUTH_NAMESPACE})
    _add(root, AUTH_NAMESPACE, "Challenge").text = challenge
    identifier = _add(root, AUTH_NAMESPACE, "ContextIdentifier")
    _add(identifier, AUTH_NAMESPACE, context.type).text = context.value
    _add(root, AUTH_NAMESPACE, "SubjectIdentifierType").text = subject_identifier_type
    return _serialised(root)


def sign(xml: bytes, certificate: Certificate, private_key: PrivateKey, *, clock: Clock) -> bytes:
    """Return ``xml`` with an enveloped XAdES-BES signature as its last element.

    RSA: RSASSA-PKCS1-v1_5 with SHA-256; EC: ECDSA with SHA-256, the value as r||s.
    ``clock`` gives the signing time (aware UTC).
    """
    root = _parsed(xml)
    # The enveloped-signature transform takes away what is added below.
    document_digest = _digest(root)
    signature = _add(root, _DS, "Signature", nsmap={"ds": _DS}, Id=_SIGNATURE_ID)
    signed_info = _add(signature, _DS, "SignedInfo")
    value = _add(signature, _DS, "SignatureValue")
    _add_key_info(signature, certificate)
    properties = _add_properties(signature, certificate, _signing_time(certificate, clock()))
    _fill_signed_info(signed_info, private_key, document_digest, _digest(properties))
    value.text = _base64(_signature(private_key, _canonical(signed_info)))
    return _serialised(root)


def _signing_time(certificate: Certificate, now: datetime) -> str:
    moment = max(now - _CLOCK_TOLERANCE, certificate.info.not_before)
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _fill_signed_info(
    signed_info: etree._Element,
    private_key: PrivateKey,
    document_digest: str,
    properties_digest: str,
) -> None:
    method = _RSA_SHA256 if isinstance(private_key, RSAPrivateKey) else _ECDSA_SHA256
    _add(signed_info, _DS, "CanonicalizationMethod", Algorithm=_EXCLUSIVE_C14N)
    _add(signed_info, _DS, "SignatureMethod", Algorithm=method)
    _add_reference(signed_info, {"URI": ""}, (_ENVELOPED, _EXCLUSIVE_C14N), document_digest)
    _add_reference(
        signed_info,
        {"URI": f"#{_PROPERTIES_ID}", "Type": _SIGNED_PROPERTIES_TYPE},
        (_EXCLUSIVE_C14N,),
        properties_digest,
    )


def _add_reference(
    signed_info: etree._Element,
    attributes: dict[str, str],
    transforms: tuple[str, ...],
    digest: str,
) -> None:
    reference = _add(signed_info, _DS, "Reference", None, **attributes)
    chain = _add(reference, _DS, "Transforms")
    for algorithm in transforms:
        _add(chain, _DS, "Transform", Algorithm=algorithm)
    _add_digest(reference, digest)


def _add_key_info(signature: etree._Element, certificate: Certificate) -> None:
    data = _add(_add(signature, _DS, "KeyInfo"), _DS, "X509Data")
    _add(data, _DS, "X509Certificate").text = _base64(certificate.der)


def _add_properties(
    signature: etree._Element, certificate: Certificate, signing_time: str
) -> etree._Element:
    """Add the QualifyingProperties; returns the SignedProperties in them."""
    holder = _add(signature, _DS, "Object")
    qualifying = _add(
        holder,
        _XADES,
        "QualifyingProperties",
        nsmap={"xades": _XADES},
        Target=f"#{_SIGNATURE_ID}",
    )
    properties = _add(qualifying, _XADES, "SignedProperties", Id=_PROPERTIES_ID)
    of_signature = _add(properties, _XADES, "SignedSignatureProperties")
    _add(of_signature, _XADES, "SigningTime").text = signing_time
    cert = _add(_add(of_signature, _XADES, "SigningCertificate"), _XADES, "Cert")
    fingerprint = hashlib.sha256(certificate.der).digest()
    _add_digest(_add(cert, _XADES, "CertDigest"), _base64(fingerprint))
    issuer = _add(cert, _XADES, "IssuerSerial")
    _add(issuer, _DS, "X509IssuerName").text = certificate.info.issuer
    _add(issuer, _DS, "X509SerialNumber").text = str(certificate.serial_number)
    return properties


def _add_digest(parent: etree._Element, digest: str) -> None:
    _add(parent, _DS, "DigestMethod", Algorithm=_SHA256)
    _add(parent, _DS, "DigestValue").text = digest


def _signature(private_key: PrivateKey, content: bytes) -> bytes:
    if isinstance(private_key, RSAPrivateKey):
        return private_key.sign(content, padding.PKCS1v15(), hashes.SHA256())
    return ecdsa_fixed(private_key, content)


def ecdsa_fixed(private_key: ec.EllipticCurvePrivateKey, content: bytes) -> bytes:
    """Return an ECDSA signature with SHA-256 as r||s, each as long as the curve's field."""
    width = (private_key.key_size + 7) // 8
    r, s = decode_dss_signature(private_key.sign(content, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(width, "big") + s.to_bytes(width, "big")


def _digest(element: etree._Element) -> str:
    return _base64(hashlib.sha256(_canonical(element)).digest())


def _canonical(element: etree._Element) -> bytes:
    canonical: bytes = etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
    return canonical


def _add(
    parent: etree._Element,
    namespace: str,
    name: str,
    nsmap: dict[str, str] | None = None,
    **attributes: str,
) -> etree._Element:
    return etree.SubElement(parent, f"{{{namespace}}}{name}", attributes, nsmap=nsmap)


def _parsed(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(xml, parser)


def _serialised(root: etree._Element) -> bytes:
    serialised: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return serialised


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
