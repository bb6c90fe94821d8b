"""What a person sees who scans a QR code of an invoice: KOD I and KOD II, Polish and English."""

from __future__ import annotations

import base64
import binascii
import html
import re
from datetime import date

from aiohttp import web

from .clock import WARSAW
from .documents import Document
from .kod2 import CertificateLink, examine
from .world import WORLD, World

routes = web.RouteTableDef()

_STYLE = """
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
body { max-width: 44rem; margin: 0 auto; padding: 1rem }
header { border-bottom: 1px solid #8886; color: #777; font-size: .9rem }
.verdict { border-left: .5rem solid; padding: .5rem 1rem; margin: 1.5rem 0 }
.good { border-color: #2a7d3f } .bad { border-color: #b3261e }
.verdict h1 { margin: 0; font-size: 1.4rem } .verdict h1[lang] { margin-top: 1rem }
.verdict p { margin: .2rem 0 0 }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #8884; padding: .4rem; text-align: left; vertical-align: top }
th { width: 45%; font-weight: normal; color: #777 } td { overflow-wrap: anywhere }
"""


@routes.get("/invoice/{nip}/{day}/{hash}")
async def invoice(request: web.Request) -> web.Response:
    """KOD I: is this very file in KSeF?"""
    world = request.app[WORLD]
    world.archive.settle(world.clock.now())
    nip, day, text = (request.match_info[name] for name in ("nip", "day", "hash"))
    document, corrected = _find(world, nip, day, text)
    if document is None:
        asked = [
            ("NIP sprzedawcy", "Seller's NIP", nip),
            ("Data wystawienia", "Date of issue", day),
            ("Skrót pliku (SHA-256)", "Hash of the file (SHA-256)", text),
        ]
        return _page(
            "not-found",
            "Nie znaleziono faktury w KSeF",
            "This invoice was not found in KSeF",
            "W KSeF nie ma faktury o tym skrócie, NIP sprzedawcy i dacie wystawienia. Mogła "
            "jeszcze nie zostać przesłana (tryb offline) albo została zmieniona.",
            "KSeF holds no invoice with this hash, seller and date of issue. It may not have been "
            "sent yet (offline mode), or it was changed.",
            asked,
            status=404,
        )
    if corrected:
        return _page(
            "corrected",
            "Faktura została technicznie poprawiona",
            "This invoice was technically corrected",
            "W KSeF znajduje się jej poprawiony plik, którego dane są poniżej.",
            "KSeF holds its corrected file, shown below.",
            _invoice_rows(document),
        )
    return _page(
        "found",
        "Faktura znajduje się w KSeF",
        "This invoice is in KSeF",
        "Plik o tym skrócie został przyjęty i nie został zmieniony.",
        "The file with this hash was accepted and has not been changed.",
        _invoice_rows(document),
    )


@routes.get("/certificate/{type}/{value}/{nip}/{serial}/{hash}/{signature}")
async def certificate(request: web.Request) -> web.Response:
    """KOD II: did somebody who may do so issue this invoice?"""
    world = request.app[WORLD]
    world.archive.settle(world.clock.now())
    info = request.match_info
    link = CertificateLink(
        hosts=_hosts(request),
        context_type=info["type"],
        context_value=info["value"],
        seller_nip=info["nip"],
        serial=info["serial"],
        hash=info["hash"],
        signature=info["signature"],
    )
    checks = examine(world, link)
    good = all(check.passed for check in checks)
    in_ksef = any(d.accepted for d in world.archive.with_hash(_padded(link.hash) or ""))
    rows = [
        ("Kontekst", "Context", f"{link.context_type} {link.context_value}"),
        ("NIP sprzedawcy", "Seller's NIP", link.seller_nip),
        ("Numer certyfikatu", "Serial number of the certificate", link.serial),
        (
            "Faktura w KSeF",
            "Invoice in KSeF",
            "tak / yes" if in_ksef else "jeszcze nie / not yet",
        ),
    ]
    rows += [
        (check.polish, check.english, "✓ tak / yes" if check.passed else "✗ nie / no")
        for check in checks
    ]
    if good:
        return _page(
            "genuine",
            "Wystawca faktury został potwierdzony",
            "The issuer of this invoice is confirmed",
            "Kod podpisano ważnym certyfikatem KSeF typu Offline.",
            "The code was signed with a valid KSeF certificate of the Offline kind.",
            rows,
        )
    return _page(
        "not-genuine",
        "Nie można potwierdzić wystawcy faktury",
        "The issuer of this invoice cannot be confirmed",
        "Co najmniej jedno sprawdzenie nie powiodło się.",
        "At least one of the checks failed.",
        rows,
        status=404,
    )


def _hosts(request: web.Request) -> tuple[str, ...]:
    """The names under which this machine may have been meant when the code was signed."""
    _, _, port = request.host.rpartition(":")
    names = [request.host, f"127.0.0.1:{port}", f"localhost:{port}"]
    return tuple(dict.fromkeys(names))


def _find(world: World, nip: str, day: str, text: str) -> tuple[Document | None, bool]:
    """The invoice that the code leads to, and whether it is the correction of the one asked for."""
    asked, issued = _padded(text), _day(day)
    if asked is None or issued is None:
        return None, False
    for document in world.archive.with_hash(asked):
        if document.accepted and _fits(document, nip, issued):
            return document, False
    correction = world.archive.correction_of(asked)
    if correction is not None and _fits(correction, nip, issued):
        return correction, True
    return None, False


def _fits(document: Document, nip: str, issued: date) -> bool:
    facts = document.facts
    return facts is not None and facts.seller_nip == nip and facts.issued == issued


def _padded(text: str) -> str | None:
    """A base64url hash without padding as the API writes it; None when it is no such thing."""
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return base64.b64encode(content).decode("ascii") if "=" not in text else None


def _day(text: str) -> date | None:
    found = re.fullmatch(r"(\d{2})-(\d{2})-(\d{4})", text)
    try:
        return date(*(int(part) for part in reversed(found.groups()))) if found else None
    except ValueError:
        return None


def _invoice_rows(document: Document) -> list[tuple[str, str, str]]:
    facts = document.facts
    assert facts is not None
    received = document.received.astimezone(WARSAW)
    return [
        ("Numer KSeF", "KSeF number", str(document.number)),
        ("Numer faktury", "Invoice number", facts.number),
        ("Rodzaj", "Kind", facts.kind),
        ("Sprzedawca", "Seller", f"{facts.seller_name}, NIP {facts.seller_nip}"),
        ("Nabywca", "Buyer", f"{facts.buyer_name} {facts.buyer_identifier}".strip()),
        ("Data wystawienia", "Date of issue", facts.issued.isoformat()),
        ("Kwota należności", "Amount due", f"{facts.gross} {facts.currency}"),
        ("Przyjęto w KSeF", "Received by KSeF", f"{received:%Y-%m-%d %H:%M:%S}"),
        ("Tryb wysyłki", "Way of sending", document.mode),
        ("Skrót pliku (SHA-256)", "Hash of the file (SHA-256)", document.invoice_hash),
    ]


def _page(
    result: str,
    polish: str,
    english: str,
    polish_text: str,
    english_text: str,
    rows: list[tuple[str, str, str]],
    status: int = 200,
) -> web.Response:
    table = "\n".join(
        f"<tr><th>{html.escape(in_polish)}<br><span lang='en'>{html.escape(in_english)}</span></th>"
        f"<td>{html.escape(value)}</td></tr>"
        for in_polish, in_english, value in rows
    )
    kind = "bad" if status != 200 else "good"
    text = f"""<!DOCTYPE html>
<html lang="pl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(polish)} · {html.escape(english)}</title>
<style>{_STYLE}</style>
</head>
<body>
<header>Symulator KSeF, nie jest to prawdziwy KSeF ·
<span lang="en">KSeF simulator, this is not the real KSeF</span></header>
<main data-result="{result}">
<section class="verdict {kind}">
<h1>{html.escape(polish)}</h1>
<p>{html.escape(polish_text)}</p>
<h1 lang="en">{html.escape(english)}</h1>
<p lang="en">{html.escape(english_text)}</p>
</section>
<table>
{table}
</table>
</main>
</body>
</html>
"""
    return web.Response(text=text, content_type="text/html", status=status)
