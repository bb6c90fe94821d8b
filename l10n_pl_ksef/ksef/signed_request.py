"""A login request that somebody signed outside: is it the one that was handed out?

Only what can be told without trust is looked at; the signature itself is KSeF's to judge.
Source: ksef-docs ``uwierzytelnianie.md``, ``auth/podpis-xades.md`` (enveloped and enveloping).
"""

from __future__ import annotations

from lxml import etree

from .errors import KsefError
from .texts import Term, _

LARGEST_FILE = 1_048_576  # bytes; a signed request has a few kilobytes
_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"


class SignedFileProblem(KsefError):
    """The uploaded file cannot be used. ``template``: the English sentence to translate."""

    def __init__(self, template: Term) -> None:
        super().__init__(template)
        self.template = template


NOT_XML = _(
    "This file is not the signed login request. Download the request, sign it with a XAdES "
    "signature, and upload the XML file that you get."
)
TOO_LARGE = _(
    "This file is too large to be the signed login request. Upload the XML file that you got "
    "when you signed the request."
)
NOT_SIGNED = _(
    "This login request carries no signature. Sign it with your Trusted Profile or with a "
    "qualified signature (XAdES), then upload the signed file."
)
OTHER_REQUEST = _(
    "This is the signature of another login request. Sign the request that was downloaded last, "
    "then upload it, or download a new one."
)


def check_signed_request(content: bytes, challenge: str) -> None:
    """Make sure that ``content`` is a signed ``AuthTokenRequest`` with that challenge.

    Raises SignedFileProblem.
    """
    if len(content) > LARGEST_FILE:
        raise SignedFileProblem(TOO_LARGE)
    root = _parsed(content)
    requests = [element for element in _elements(root) if _local(element) == "AuthTokenRequest"]
    if not requests:
        raise SignedFileProblem(NOT_XML)
    if root.tag != _SIGNATURE and root.find(f".//{_SIGNATURE}") is None:
        raise SignedFileProblem(NOT_SIGNED)
    found = [child for child in _elements(requests[0]) if _local(child) == "Challenge"]
    if not found or (found[0].text or "").strip() != challenge:
        raise SignedFileProblem(OTHER_REQUEST)


def _parsed(content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise SignedFileProblem(NOT_XML) from None
    if root.getroottree().docinfo.doctype:
        raise SignedFileProblem(NOT_XML)
    return root


def _elements(root: etree._Element) -> list[etree._Element]:
    return [element for element in root.iter() if isinstance(element.tag, str)]


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname
