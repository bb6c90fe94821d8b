"""Speaks to the simulator as a taxpayer's program would, without any code of the addon.

Plain HTTP and cryptography, so that a fault of the addon and one of the simulator cannot hide
each other.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from lxml import etree
from signxml import methods
from signxml.algorithms import CanonicalizationMethod
from signxml.xades import XAdESSigner

from .process import IssuedCertificate, Simulator

NIP = "5265877635"
BUYER_NIP = "1111111111"
AUTH_NAMESPACE = "http://ksef.mf.gov.pl/auth/token/2.1"
FORM_CODE = {"systemCode": "FA (3)", "schemaVersion": "1-0E", "value": "FA"}
TIMEOUT = 30


def auth_token_request(
    challenge: str,
    nip: str = NIP,
    namespace: str = AUTH_NAMESPACE,
    identifier_type: str = "certificateSubject",
) -> bytes:
    """An AuthTokenRequest, not signed yet."""
    return (
        f'<AuthTokenRequest xmlns="{namespace}"><Challenge>{challenge}</Challenge>'
        f"<ContextIdentifier><Nip>{nip}</Nip></ContextIdentifier>"
        f"<SubjectIdentifierType>{identifier_type}</SubjectIdentifierType></AuthTokenRequest>"
    ).encode()


def private_key(issued: IssuedCertificate) -> Any:
    """The private key of an issued pair."""
    return serialization.load_pem_private_key(issued.key, issued.password.encode())


def plain_key_pem(issued: IssuedCertificate) -> bytes:
    """The private key without its password, for libraries that take no other."""
    return private_key(issued).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def sign_with_three_references(xml: bytes, issued: IssuedCertificate) -> bytes:
    """Sign as signxml does: document, signed properties and key information, C14N 1.1."""
    algorithm = "rsa-sha256" if "RSA" in type(private_key(issued)).__name__ else "ecdsa-sha256"
    signer = XAdESSigner(
        method=methods.enveloped,
        signature_algorithm=algorithm,
        digest_algorithm="sha256",
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_1,
    )
    certificate = x509.load_pem_x509_certificate(issued.certificate)
    signed = signer.sign(
        etree.fromstring(xml),
        key=private_key(issued),
        cert=[certificate],
        always_add_key_value=False,
    )
    return etree.tostring(signed, xml_declaration=True, encoding="utf-8")


def sign_with_two_references(xml: bytes, issued: IssuedCertificate) -> bytes:
    """Sign as ksef-client does: document and signed properties, exclusive C14N."""
    from ksef_client.services.xades import sign_xades_enveloped

    return sign_xades_enveloped(
        xml.decode(), issued.certificate.decode(), plain_key_pem(issued).decode()
    ).encode()


def error_code(answer: requests.Response) -> int:
    """KSeF's own code in an answer that says no."""
    assert answer.status_code == 400, f"{answer.status_code} {answer.text}"
    return int(answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"])


@dataclass
class Visitor:
    """A program that may be logged in; keeps its tokens."""

    simulator: Simulator
    access_token: str = ""
    refresh_token: str = ""
    operation_token: str = ""
    login_reference: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> requests.Response:
        """Send one request below ``/v2``; the access token goes along unless another is given."""
        sent = {**self.headers, **(headers or {})}
        bearer = self.access_token if token is None else token
        if bearer:
            sent["Authorization"] = f"Bearer {bearer}"
        return requests.request(
            method, self.simulator.api_url + path, json=body, headers=sent, timeout=TIMEOUT, **more
        )

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Send one request that must succeed, and give back its JSON."""
        answer = self.call(method, path, body, **more)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def challenge(self) -> dict[str, Any]:
        """A new challenge."""
        return dict(self.ask("POST", "/auth/challenge"))

    def send_signed(self, signed: bytes, **more: Any) -> requests.Response:
        """Send a signed AuthTokenRequest."""
        return requests.post(
            f"{self.simulator.api_url}/auth/xades-signature",
            data=signed,
            headers={"Content-Type": "application/xml", **self.headers},
            timeout=TIMEOUT,
            **more,
        )

    def started(self, answer: requests.Response) -> None:
        """Note the operation token of a login that was started."""
        assert answer.status_code == 202, answer.text
        self.login_reference = answer.json()["referenceNumber"]
        self.operation_token = answer.json()["authenticationToken"]["token"]

    def login_status(self) -> dict[str, Any]:
        """How the login stands."""
        answer = self.ask("GET", f"/auth/{self.login_reference}", token=self.operation_token)
        return dict(answer["status"])

    def redeem(self) -> None:
        """Fetch the tokens."""
        answer = self.ask("POST", "/auth/token/redeem", token=self.operation_token)
        self.access_token = answer["accessToken"]["token"]
        self.refresh_token = answer["refreshToken"]["token"]

    def log_in(self, issued: IssuedCertificate, nip: str = NIP) -> Visitor:
        """Log in by certificate; gives back the visitor itself."""
        self.started(self.send_certificate(issued, nip))
        assert self.login_status()["code"] == 200, self.login_status()
        self.redeem()
        return self

    def send_certificate(self, issued: IssuedCertificate, nip: str = NIP) -> requests.Response:
        """Start a login by certificate."""
        xml = auth_token_request(self.challenge()["challenge"], nip)
        return self.send_signed(sign_with_three_references(xml, issued))

    def send_token(self, token: str, nip: str = NIP, **changes: Any) -> requests.Response:
        """Start a login by KSeF token."""
        challenge = self.challenge()
        key = self.public_key("KsefTokenEncryption")
        text = f"{token}|{challenge['timestampMs']}"
        body = {
            "challenge": challenge["challenge"],
            "contextIdentifier": {"type": "Nip", "value": nip},
            "encryptedToken": wrap(text.encode(), key),
            "publicKeyId": key["publicKeyId"],
            **changes,
        }
        return self.call("POST", "/auth/ksef-token", body)

    def public_key(self, usage: str) -> dict[str, Any]:
        """KSeF's public key for a usage."""
        keys = self.ask("GET", "/security/public-key-certificates")
        return dict(next(key for key in keys if usage in key["usage"]))


def wrap(content: bytes, key: dict[str, Any]) -> str:
    """Encrypt for one of KSeF's public keys; base64."""
    certificate = x509.load_der_x509_certificate(base64.b64decode(key["certificate"]))
    oaep = rsa_padding.OAEP(rsa_padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    return base64.b64encode(certificate.public_key().encrypt(content, oaep)).decode()


def encrypt(content: bytes, key: bytes, iv: bytes) -> bytes:
    """AES-256-CBC with PKCS#7, without the IV."""
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    padded = padder.update(content) + padder.finalize()
    return encryptor.update(padded) + encryptor.finalize()


def decrypt(content: bytes, key: bytes, iv: bytes) -> bytes:
    """The reverse of that."""
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    unpadder = padding.PKCS7(128).unpadder()
    padded = decryptor.update(content) + decryptor.finalize()
    return unpadder.update(padded) + unpadder.finalize()


def digest(content: bytes) -> str:
    """SHA-256 in base64."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


@dataclass
class OpenSession:
    """An open interactive session with its key."""

    visitor: Visitor
    reference: str
    key: bytes
    iv: bytes

    @classmethod
    def of(cls, visitor: Visitor, headers: dict[str, str] | None = None) -> OpenSession:
        """Open a session for FA (3)."""
        key, iv = os.urandom(32), os.urandom(16)
        public_key = visitor.public_key("SymmetricKeyEncryption")
        body = {
            "formCode": FORM_CODE,
            "encryption": {
                "encryptedSymmetricKey": wrap(key, public_key),
                "initializationVector": base64.b64encode(iv).decode(),
                "publicKeyId": public_key["publicKeyId"],
            },
        }
        answer = visitor.ask("POST", "/sessions/online", body, headers=headers)
        return cls(visitor, answer["referenceNumber"], key, iv)

    def encrypt(self, content: bytes) -> bytes:
        """Encrypt with the session's key."""
        return encrypt(content, self.key, self.iv)

    def document(self, xml: bytes, **changes: Any) -> dict[str, Any]:
        """The body of a send request."""
        encrypted = self.encrypt(xml)
        return {
            "invoiceHash": digest(xml),
            "invoiceSize": len(xml),
            "encryptedInvoiceHash": digest(encrypted),
            "encryptedInvoiceSize": len(encrypted),
            "encryptedInvoiceContent": base64.b64encode(encrypted).decode(),
            **changes,
        }

    def offer(self, xml: bytes, **changes: Any) -> requests.Response:
        """Send an invoice, whatever the answer."""
        path = f"/sessions/online/{self.reference}/invoices"
        return self.visitor.call("POST", path, self.document(xml, **changes))

    def send(self, xml: bytes, **changes: Any) -> str:
        """Send an invoice that must be taken; gives back its reference."""
        answer = self.offer(xml, **changes)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["referenceNumber"])

    def invoice(self, reference: str) -> dict[str, Any]:
        """The status of one invoice."""
        return dict(self.visitor.ask("GET", f"/sessions/{self.reference}/invoices/{reference}"))

    def verdict(self, xml: bytes, **changes: Any) -> dict[str, Any]:
        """Send an invoice and give back its status."""
        return dict(self.invoice(self.send(xml, **changes))["status"])

    def close(self) -> requests.Response:
        """Close the session."""
        return self.visitor.call("POST", f"/sessions/online/{self.reference}/close")

    def status(self) -> dict[str, Any]:
        """The status of the session."""
        return dict(self.visitor.ask("GET", f"/sessions/{self.reference}"))


def warsaw_today() -> date:
    """The real day in Warsaw."""
    return datetime.now(timezone.utc).astimezone(ZoneInfo("Europe/Warsaw")).date()


def invoice_xml(
    number: str = "FV/1",
    seller: str = NIP,
    buyer: str = BUYER_NIP,
    issued: date | None = None,
    kind: str = "VAT",
) -> bytes:
    """A small FA(3) invoice, valid by the XSD."""
    day = issued or warsaw_today()
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/">
  <Naglowek>
    <KodFormularza kodSystemowy="FA (3)" wersjaSchemy="1-0E">FA</KodFormularza>
    <WariantFormularza>3</WariantFormularza>
    <DataWytworzeniaFa>{day.isoformat()}T08:00:00Z</DataWytworzeniaFa>
    <SystemInfo>simulator tests</SystemInfo>
  </Naglowek>
  <Podmiot1>
    <DaneIdentyfikacyjne><NIP>{seller}</NIP><Nazwa>Sprzedawca</Nazwa></DaneIdentyfikacyjne>
    <Adres><KodKraju>PL</KodKraju><AdresL1>ul. Prosta 1, 00-001 Warszawa</AdresL1></Adres>
  </Podmiot1>
  <Podmiot2>
    <DaneIdentyfikacyjne><NIP>{buyer}</NIP><Nazwa>Nabywca</Nazwa></DaneIdentyfikacyjne>
    <Adres><KodKraju>PL</KodKraju><AdresL1>ul. Krzywa 2, 00-002 Warszawa</AdresL1></Adres>
    <JST>2</JST>
    <GV>2</GV>
  </Podmiot2>
  <Fa>
    <KodWaluty>PLN</KodWaluty>
    <P_1>{day.isoformat()}</P_1>
    <P_2>{number}</P_2>
    <P_13_1>100.00</P_13_1>
    <P_14_1>23.00</P_14_1>
    <P_15>123.00</P_15>
    <Adnotacje>
      <P_16>2</P_16>
      <P_17>2</P_17>
      <P_18>2</P_18>
      <P_18A>2</P_18A>
      <Zwolnienie><P_19N>1</P_19N></Zwolnienie>
      <NoweSrodkiTransportu><P_22N>1</P_22N></NoweSrodkiTransportu>
      <P_23>2</P_23>
      <PMarzy><P_PMarzyN>1</P_PMarzyN></PMarzy>
    </Adnotacje>
    <RodzajFaktury>{kind}</RodzajFaktury>
    <FaWiersz>
      <NrWierszaFa>1</NrWierszaFa>
      <P_7>Usługa</P_7>
      <P_8A>szt.</P_8A>
      <P_8B>1</P_8B>
      <P_9A>100.00</P_9A>
      <P_11>100.00</P_11>
      <P_12>23</P_12>
    </FaWiersz>
  </Fa>
</Faktura>
""".encode()
