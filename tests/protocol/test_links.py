"""KOD I and KOD II, and their pictures."""

from __future__ import annotations

import base64
import hashlib
import io
from datetime import date

import pytest
import zxingcpp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ksef.certificates import Certificate
from ksef.context import INTERNAL_ID, Context
from ksef.environments import environment
from ksef.errors import CertificateProblem, Problem
from ksef.links import certificate_link, invoice_link, qr_png, verify_certificate_link

from . import credentials as c

TEST = environment("test")
HASH_TEXT = "UtQp9Gpc51y-u3xApZjIjgkpZ01js-J8KflSPW8WzIE"
HASH = base64.urlsafe_b64decode(HASH_TEXT + "=")
SIGNED_TEXT = (
    "qr-test.ksef.mf.gov.pl/certificate/Nip/1111111111/1111111111/01F20A5D352AE590/" + HASH_TEXT
)
SIGNATURE = (
    "mSkm_XmM9fq7PgAJwiL32L9ujhyguOEV48cDB0ncemD2r9TMGa3lr0iRoFk588agCi8QPsOuscUY1rZ7ff76STbGq"
    "uO-gZtQys5_fHdf2HUfDqPqVTnUS6HknBu0zLkyf9ygoW7WbH06Ty_8BgQTlOmJFzNWSt9WZa7tAGuAE9JOooNps-"
    "KG2PYkkIP4q4jPMp3FKypAygHVnXtS0RDGgOxhhM7LWtFP7D-dWINbh5yXD8Lr-JVbeOpyQjHa6WmMYavCDQJ3X_Z"
    "-iS01LZu2s1B3xuOykl1h0sLObCdADrbxOONsXrvQa61Xt_rxyprVraj2Uf9pANQgR4-12HEcMw"
)
KEYS = {"RSA": c.rsa_key, "EC": c.ec_key}


def offline_pair(key=None):
    return c.make_pair(key, usage=c.CONTENT_COMMITMENT)


def decoded(png: bytes) -> str:
    return zxingcpp.read_barcode(Image.open(io.BytesIO(png))).text


# --- KOD I --------------------------------------------------------------------------------


def test_the_published_link_to_an_invoice():
    link = invoice_link(TEST, "1111111111", date(2026, 2, 1), HASH)

    assert link == f"https://qr-test.ksef.mf.gov.pl/invoice/1111111111/01-02-2026/{HASH_TEXT}"


def test_the_link_follows_the_environment():
    simulator = environment("simulator", "http://127.0.0.1:8180")

    link = invoice_link(simulator, "1111111111", date(2026, 2, 1), HASH)

    assert link.startswith("http://127.0.0.1:8180/invoice/1111111111/01-02-2026/")


@given(st.binary(max_size=100))
def test_hashes_in_links_have_43_characters_and_no_padding(content):
    link = invoice_link(TEST, "1111111111", date(2026, 2, 1), hashlib.sha256(content).digest())
    text = link.rpartition("/")[2]

    assert len(text) == 43
    assert base64.urlsafe_b64decode(text + "=") == hashlib.sha256(content).digest()


def test_only_the_raw_hash_is_taken():
    with pytest.raises(ValueError, match="32 bytes"):
        invoice_link(TEST, "1111111111", date(2026, 2, 1), HASH_TEXT.encode())


# --- KOD II -------------------------------------------------------------------------------


def test_the_published_signature_verifies(shared_ksef):
    certificate = Certificate.load((shared_ksef / "vectors" / "kod2-certificate.der").read_bytes())

    assert verify_certificate_link(f"https://{SIGNED_TEXT}/{SIGNATURE}", certificate)
    assert verify_certificate_link(f"https://{SIGNED_TEXT}/{SIGNATURE}/", certificate)


@pytest.mark.parametrize(
    ("original", "changed"),
    [("1111111111/01F2", "1111111112/01F2"), ("mSkm", "mSkn"), ("qr-test", "qr"), (SIGNATURE, "!")],
)
def test_a_changed_link_does_not_verify(shared_ksef, original, changed):
    certificate = Certificate.load((shared_ksef / "vectors" / "kod2-certificate.der").read_bytes())
    link = f"https://{SIGNED_TEXT}/{SIGNATURE}".replace(original, changed, 1)

    assert not verify_certificate_link(link, certificate)


@pytest.mark.parametrize("kind", KEYS)
def test_the_link_to_a_certificate_has_the_published_parts(kind):
    pair = offline_pair(KEYS[kind]())

    link = certificate_link(TEST, Context.nip("1111111111"), "1111111111", pair, HASH)

    assert link.rpartition("/")[0] == f"https://{SIGNED_TEXT}"
    assert verify_certificate_link(link, pair.certificate)


def test_a_signature_of_elliptic_curves_takes_64_bytes():
    link = certificate_link(TEST, Context.nip("1111111111"), "1111111111", offline_pair(), HASH)

    assert len(link.rpartition("/")[2]) == 86


def test_a_signature_in_der_verifies_too():
    pair = offline_pair()
    der = c.ec_key().sign(SIGNED_TEXT.encode(), ec.ECDSA(hashes.SHA256()))
    text = base64.urlsafe_b64encode(der).rstrip(b"=").decode()

    assert verify_certificate_link(f"https://{SIGNED_TEXT}/{text}", pair.certificate)


def test_the_link_of_the_simulator_is_signed_without_its_protocol_too():
    simulator = environment("simulator", "http://127.0.0.1:8180")
    pair = offline_pair()

    link = certificate_link(simulator, Context.nip("1111111111"), "1111111111", pair, HASH)

    assert link.startswith("http://127.0.0.1:8180/certificate/Nip/")
    assert verify_certificate_link(link, pair.certificate)


def test_the_context_and_the_seller_may_differ():
    context = Context(INTERNAL_ID, "5265877635-12345")

    link = certificate_link(TEST, context, "1111111111", offline_pair(), HASH)

    assert "/certificate/InternalId/5265877635-12345/1111111111/" in link


def test_a_certificate_for_logging_in_signs_no_links():
    with pytest.raises(CertificateProblem) as caught:
        certificate_link(TEST, Context.nip("1111111111"), "1111111111", c.make_pair(), HASH)

    assert caught.value.problem is Problem.AUTHENTICATION_GIVEN_FOR_OFFLINE


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.integers(0, 1_000_000))
def test_links_verify_with_their_own_certificate_and_with_no_other(sha256, number):
    link = certificate_link(TEST, Context.nip("1111111111"), "1111111111", offline_pair(), sha256)
    other = c.make_pair(c.ec_key(number=1), usage=c.CONTENT_COMMITMENT)

    assert verify_certificate_link(link, offline_pair().certificate)
    assert not verify_certificate_link(link, other.certificate)


# --- pictures -----------------------------------------------------------------------------

INVOICE_LINK = f"https://qr-test.ksef.mf.gov.pl/invoice/1111111111/01-02-2026/{HASH_TEXT}"
CERTIFICATE_LINK = f"https://{SIGNED_TEXT}/{SIGNATURE}"


@pytest.mark.parametrize("link", [INVOICE_LINK, CERTIFICATE_LINK], ids=["KOD I", "KOD II"])
@pytest.mark.parametrize(
    "label", ["", "OFFLINE", "CERTYFIKAT", "5265877635-20250826-0100001AF629-AF", "x" * 200]
)
def test_the_picture_is_read_back_as_the_link(link, label):
    assert decoded(qr_png(link, label)) == link


@pytest.mark.parametrize("link", [INVOICE_LINK, CERTIFICATE_LINK], ids=["KOD I", "KOD II"])
def test_the_picture_is_still_read_after_shrinking_blurring_and_compression(link):
    picture = Image.open(io.BytesIO(qr_png(link, "OFFLINE"))).convert("L")
    small = picture.resize(
        (picture.width * 2 // 5, picture.height * 2 // 5), Image.Resampling.BILINEAR
    )
    stream = io.BytesIO()
    small.save(stream, "JPEG", quality=60)

    assert decoded(stream.getvalue()) == link


def test_the_code_has_its_quiet_zone():
    picture = Image.open(io.BytesIO(qr_png(INVOICE_LINK)))

    margin = 4 * 8
    assert picture.convert("L").point(lambda value: 255 - value).getbbox() == (
        margin,
        margin,
        picture.width - margin,
        picture.height - margin,
    )


@pytest.mark.parametrize("label", ["OFFLINE", "5265877635-20250826-0100001AF629-AF"])
def test_the_label_stands_below_the_code_and_within_its_width(label):
    bare = Image.open(io.BytesIO(qr_png(INVOICE_LINK)))
    labelled = Image.open(io.BytesIO(qr_png(INVOICE_LINK, label)))

    below = labelled.crop((0, bare.height, labelled.width, labelled.height)).convert("L")
    assert labelled.width == bare.width
    assert below.getextrema()[0] < 64  # something dark is written there
    assert labelled.crop((0, 0, bare.width, bare.height)).tobytes() == bare.tobytes()


def test_the_picture_is_small_enough_for_a_mail():
    assert len(qr_png(CERTIFICATE_LINK, "CERTYFIKAT")) < 20_000
