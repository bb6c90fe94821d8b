"""Requests for certificates (PKCS#10): the data that they must carry, and their examination."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from .authority import PublicKey
from .errors import BadRequest

MEMBERS = {
    "commonName": NameOID.COMMON_NAME,
    "countryName": NameOID.COUNTRY_NAME,
    "givenName": NameOID.GIVEN_NAME,
    "surname": NameOID.SURNAME,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "uniqueIdentifier": NameOID.X500_UNIQUE_IDENTIFIER,
    "organizationName": NameOID.ORGANIZATION_NAME,
    "organizationIdentifier": NameOID.ORGANIZATION_IDENTIFIER,
}
RSA_BITS = 2048
HASHES = (hashes.SHA1, hashes.SHA256, hashes.SHA384, hashes.SHA512)


def enrollment_data(certificate: x509.Certificate) -> dict[str, str]:
    """What a request must say: the subject of the certificate that its sender logged in with."""
    data = {}
    for member, oid in MEMBERS.items():
        values = [str(a.value) for a in certificate.subject.get_attributes_for_oid(oid)]
        if values:
            data[member] = " ".join(values)
    # The API promises these two; a certificate of another issuer may lack them.
    names = (data.get("givenName"), data.get("surname"), data.get("organizationName"))
    data.setdefault("commonName", " ".join(name for name in names if name) or "Podmiot")
    data.setdefault("countryName", "PL")
    return data


def read(der: bytes) -> tuple[x509.CertificateSigningRequest, PublicKey]:
    """The request and its key, when both are sound.

    :raises BadRequest: 25004 when it cannot be read or its signature does not hold, 25010 for
        another key than RSA-2048 or EC P-256, 25011 for another signature algorithm.
    """
    malformed = BadRequest(25004, "Niepoprawny format CSR lub niepoprawny podpis CSR.")
    try:
        request = x509.load_der_x509_csr(der)
        key = request.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise malformed from error
    if not isinstance(key, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)) or not _right_size(key):
        raise BadRequest(25010, "Nieprawidłowy typ lub długość klucza.")
    try:
        algorithm = request.signature_hash_algorithm
    except UnsupportedAlgorithm:
        algorithm = None
    if not isinstance(algorithm, HASHES):
        raise BadRequest(25011, "Nieprawidłowy algorytm podpisu CSR.")
    if not request.is_signature_valid:
        raise malformed
    return request, key


def demand_subject(request: x509.CertificateSigningRequest, data: dict[str, str]) -> None:
    """The request says exactly what it must say, in any order.

    :raises BadRequest: 25003.
    """
    wanted = sorted((MEMBERS[member].dotted_string, value) for member, value in data.items())
    said = sorted((a.oid.dotted_string, str(a.value)) for a in request.subject)
    if said != wanted:
        raise BadRequest(
            25003, "Dane w CSR nie zgadzają się z danymi w użytym wektorze uwierzytelniającym."
        )


def _right_size(key: PublicKey) -> bool:
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size == RSA_BITS
    return isinstance(key.curve, ec.SECP256R1)
