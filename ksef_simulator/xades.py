"""Checks the signature of an AuthTokenRequest, with a library that is not the addon's.

Both shapes that clients make are accepted: two references (document and signed properties) and
three (the key information as well), whatever the canonicalisation. Whether the signer may be
trusted is another question, answered by :mod:`ksef_simulator.authority`.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier

from .errors import BadRequest, unreadable

DS = "{http://www.w3.org/2000/09/xmldsig#}"
XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
SIGNATURE_METHODS = frozenset(
    method
    for method in SignatureMethod
    if method.name.startswith(("RSA_SHA", "ECDSA_", "SHA")) and "SHA1" not in method.name
)


class _Verifier(XAdESVerifier):
    """signxml's verifier, fit for a signature in the default namespace.

    lxml canonicalises part of such a document with ``xmlns=""`` on inner elements that have a
    namespace; nothing in an AuthTokenRequest or a signature is ever without one, so that dropping
    these declarations changes nothing else.
    """

    excise_empty_xmlns_declarations = True


@dataclass(frozen=True)
class SignedDocument:
    """What the signature covers, and who made it."""

    root: etree._Element
    certificate: x509.Certificate


def parse(xml: bytes) -> etree._Element:
    """The document's root, read without entities, DTDs or the network.

    :raises BadRequest: 21001 when it is not XML, 9101 when it carries a DTD.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise unreadable(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise BadRequest(9101, "Nieprawidłowy dokument.", ["DTD jest niedozwolone."])
    return root


def verify(xml: bytes) -> SignedDocument:
    """Check the one enveloped XAdES signature of ``xml`` and give back what it signs.

    :raises BadRequest: 9102 without a signature, 9103 with several, 9105 when it does not hold,
        21115 when its certificate cannot be read.
    """
    signature = _only_signature(parse(xml))
    certificate = _certificate(signature)
    _demand_sound_key(certificate)
    configuration = XAdESSignatureConfiguration(
        location="./",
        expect_references=False,
        signature_methods=SIGNATURE_METHODS,
        digest_algorithms=frozenset(
            algorithm for algorithm in DigestAlgorithm if "SHA1" not in algorithm.name
        ),
        # Validity is judged with the simulator's clock, and told as a login status, not here.
        verification_time=certificate.not_valid_before_utc + timedelta(seconds=1),
    )
    try:
        results = _Verifier().verify(xml, x509_cert=certificate, expect_config=configuration)
    except (SignXMLException, etree.LxmlError, ValueError, KeyError) as error:
        raise BadRequest(9105, "Nieprawidłowy podpis.", [str(error)]) from error
    signed_roots = [
        result.signed_xml
        for result in results
        if result.signed_xml is not None
        and etree.QName(result.signed_xml).localname == "AuthTokenRequest"
    ]
    if len(signed_roots) != 1:
        raise BadRequest(9105, "Nieprawidłowy podpis.", ["Podpis nie obejmuje dokumentu."])
    return SignedDocument(signed_roots[0], certificate)


def _only_signature(root: etree._Element) -> etree._Element:
    signatures = list(root.iter(f"{DS}Signature"))
    if not signatures:
        raise BadRequest(9102, "Brak podpisu.")
    if len(signatures) > 1:
        raise BadRequest(9103, "Przekroczona liczba dozwolonych podpisów.")
    if signatures[0].getparent() is not root:
        raise BadRequest(9105, "Nieprawidłowy podpis.", ["Podpis nie jest otaczany."])
    if signatures[0].find(f".//{XADES}SigningTime") is None:
        raise BadRequest(9105, "Nieprawidłowy podpis.", ["Brak xades:SigningTime."])
    return signatures[0]


def _certificate(signature: etree._Element) -> x509.Certificate:
    text = signature.findtext(f"{DS}KeyInfo/{DS}X509Data/{DS}X509Certificate")
    try:
        return x509.load_der_x509_certificate(base64.b64decode(text or "", validate=False))
    except (ValueError, binascii.Error) as error:
        raise BadRequest(21115, "Nieprawidłowy certyfikat.", [str(error)]) from error


def _demand_sound_key(certificate: x509.Certificate) -> None:
    key = certificate.public_key()
    sound = (isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048) or (
        isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= 256
    )
    if not sound:
        raise BadRequest(21115, "Nieprawidłowy certyfikat.", ["Niedozwolony klucz."])
