"""ksef-client, a client that is not ours, sends packages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from interop_logins import log_in
from ksef_client import KsefClient
from ksef_client.models import CompressionType, FormCode, PublicKeyCertificateUsage
from ksef_client.services.workflows import BatchSessionWorkflow
from ksef_client.utils.zip_utils import build_tar_gz, build_zip
from lxml import etree
from simulator.process import Simulator
from simulator.visitor import NIP, digest, invoice_xml

FA3 = FormCode(system_code="FA (3)", schema_version="1-0E", value="FA")
UPO = "{http://upo.schematy.mf.gov.pl/KSeF/v4-3}"


@pytest.mark.parametrize("offline", [False, True], ids=["online", "offline"])
@pytest.mark.parametrize(
    ("compression", "pack"),
    [(CompressionType.ZIP, build_zip), (CompressionType.TARGZ, build_tar_gz)],
)
@pytest.mark.usefixtures("loopback_links")
def test_sends_a_package_and_reads_what_became_of_it(
    client: KsefClient,
    fresh_simulator: Simulator,
    compression: CompressionType,
    pack: Callable[[dict[str, bytes]], bytes],
    offline: bool,
) -> None:
    access = log_in(client, fresh_simulator.issue_certificate(NIP)).access_token
    key = client.security.get_public_key_certificate(
        PublicKeyCertificateUsage.SYMMETRICKEYENCRYPTION
    )
    files = {f"{number}.xml": invoice_xml(f"INTEROP/{number}") for number in (1, 2)}
    session = BatchSessionWorkflow(client.sessions, client.http_client).open_session(
        form_code=FA3,
        archive_bytes=pack(files),
        compression_type=compression,
        public_certificate=key.certificate,
        public_key_id=key.public_key_id,
        access_token=access,
        offline_mode=offline,
    )
    session.upload_parts()
    session.close()

    status = session.get_status()
    assert (status.status.code, status.successful_invoice_count) == (200, 2)
    invoices = session.list_invoices().invoices
    assert [invoice.invoice_hash for invoice in invoices] == [digest(x) for x in files.values()]
    mode = "Offline" if offline else "Online"
    assert {invoice.invoicing_mode.value for invoice in invoices} == {mode}

    upo = session.get_upo(status.upo.pages[0].reference_number)
    numbers = etree.fromstring(upo).findall(f"{UPO}Dokument/{UPO}NumerKSeFDokumentu")
    assert [number.text for number in numbers] == [invoice.ksef_number for invoice in invoices]
