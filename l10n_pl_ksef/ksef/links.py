"""The two verification links of an invoice, KOD I and KOD II, and their pictures.

Source: ksef-docs ``kody-qr.md``; ISO/IEC 18004 for the picture.
"""

from __future__ import annotations

import base64
import binascii
import io
from datetime import date
from urllib.parse import quote

import qrcode
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from PIL import Image, ImageDraw, ImageFont, ImageOps
from qrcode.constants import ERROR_CORRECT_M

from .certificates import Certificate, Pair, Purpose
from .context import Context
from .environments import Environment
from .errors import CertificateProblem, Problem
from .xades import ecdsa_fixed

LABEL_OFFLINE = "OFFLINE"  # under KOD I until there is a KSeF number
LABEL_CERTIFICATE = "CERTYFIKAT"  # under KOD II

_SALT_BYTES = 32
_SHA256_BYTES = 32
_MODULE_PIXELS = 8
_QUIET_MODULES = 4  # the margin that the standard demands
_LARGEST_FONT = 36
_SMALLEST_FONT = 12
_BITMAP_FONT = 11  # height in pixels of the font that every Pillow brings

_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def invoice_link(environment: Environment, seller_nip: str, issue_date: date, sha256: bytes) -> str:
    """Return KOD I: the address at which anybody can check an invoice.

    ``issue_date`` is P_1; ``sha256`` the 32 bytes of the hash of the XML as sent.
    """
    day = issue_date.strftime("%d-%m-%Y")
    return f"{environment.qr_url}/invoice/{seller_nip}/{day}/{_hash_part(sha256)}"


def certificate_link(
    environment: Environment, context: Context, seller_nip: str, pair: Pair, sha256: bytes
) -> str:
    """Return KOD II: the address that proves who issued an invoice offline.

    ``pair`` must be of the Offline kind, else CertificateProblem is raised; its validity is
    the caller's concern (KSeF judges it when the code is scanned).
    """
    if pair.info.purpose is not Purpose.OFFLINE:
        raise CertificateProblem(Problem.AUTHENTICATION_GIVEN_FOR_OFFLINE)
    unsigned = "/".join(
        (
            environment.qr_url,
            "certificate",
            context.type,
            quote(context.value, safe=""),
            seller_nip,
            pair.info.serial,
            _hash_part(sha256),
        )
    )
    return f"{unsigned}/{_base64url(_signature(pair, _signed_text(unsigned)))}"


def verify_certificate_link(link: str, certificate: Certificate) -> bool:
    """Tell whether the signature in a KOD II was made with the key of ``certificate``.

    Purpose, validity and serial number are not looked at.
    """
    unsigned, _slash, given = link.rstrip("/").rpartition("/")
    try:
        signature = base64.b64decode(given + "=" * (-len(given) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    key = certificate.public_key()
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, _signed_text(unsigned), _pss(), hashes.SHA256())
        else:
            key.verify(_as_der(key, signature), _signed_text(unsigned), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _signed_text(unsigned_link: str) -> bytes:
    return unsigned_link.partition("://")[2].encode()


def _signature(pair: Pair, content: bytes) -> bytes:
    key = pair.private_key
    if isinstance(key, RSAPrivateKey):
        return key.sign(content, _pss(), hashes.SHA256())
    return ecdsa_fixed(key, content)


def _pss() -> padding.PSS:
    return padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=_SALT_BYTES)


def _as_der(key: ec.EllipticCurvePublicKey, signature: bytes) -> bytes:
    """r||s has a fixed length; anything else is taken for DER, which KSeF tolerates."""
    width = (key.key_size + 7) // 8
    if len(signature) != 2 * width:
        return signature
    r, s = int.from_bytes(signature[:width], "big"), int.from_bytes(signature[width:], "big")
    return encode_dss_signature(r, s)


def _hash_part(sha256: bytes) -> str:
    if len(sha256) != _SHA256_BYTES:
        raise ValueError("A SHA-256 has 32 bytes.")
    return _base64url(sha256)


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def qr_png(link: str, label: str = "") -> bytes:
    """Draw ``link`` as a QR code with ``label`` under it; returns a PNG.

    The picture has the quiet zone of the standard and eight pixels a module: sharp at the
    3 to 5 cm it has on paper, small enough for a mail. Without label the code stands alone.
    """
    code = _qr_code(link)
    picture = _with_label(code, label) if label else code
    stream = io.BytesIO()
    picture.save(stream, format="PNG")
    return stream.getvalue()


def _qr_code(link: str) -> Image.Image:
    code = qrcode.QRCode(
        error_correction=ERROR_CORRECT_M,
        box_size=_MODULE_PIXELS,
        border=_QUIET_MODULES,
    )
    code.add_data(link)
    code.make(fit=True)
    drawn: Image.Image = code.make_image().get_image()
    return drawn.convert("L")


def _with_label(code: Image.Image, label: str) -> Image.Image:
    text = _drawn(label, code.width - 2 * _MODULE_PIXELS)
    picture = Image.new("L", (code.width, code.height + text.height + _MODULE_PIXELS), 255)
    picture.paste(code, (0, 0))
    picture.paste(text, ((code.width - text.width) // 2, code.height))
    return picture


def _drawn(label: str, width: int) -> Image.Image:
    """Return the label in the largest letters that fit into ``width`` pixels."""
    drawn = _drawn_at(label, _LARGEST_FONT)
    if drawn.width > width:
        fitting = _LARGEST_FONT * width // drawn.width
        drawn = _drawn_at(label, max(_SMALLEST_FONT, fitting - 1))
    if drawn.width > width:
        drawn = drawn.resize((width, max(1, drawn.height * width // drawn.width)))
    return drawn


def _drawn_at(label: str, size: int) -> Image.Image:
    try:
        return _drawn_with(ImageFont.load_default(size), label, size)
    except TypeError:  # Pillow before 10.1 has one small font only
        small = _drawn_with(ImageFont.load_default(), label, _BITMAP_FONT)
        factor = max(1, size // _BITMAP_FONT)
        return small.resize((small.width * factor, small.height * factor), Image.Resampling.NEAREST)


def _drawn_with(font: _Font, label: str, size: int) -> Image.Image:
    """Draw on more than enough room and cut it off: sizes are asked otherwise in each Pillow."""
    ink = Image.new("L", (size * (len(label) + 2), 3 * size), 0)
    ImageDraw.Draw(ink).text((size, size), label, font=font, fill=255)
    return ImageOps.invert(ink.crop(ink.getbbox()))
