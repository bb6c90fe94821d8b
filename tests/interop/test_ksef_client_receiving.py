"""ksef-client, a client that is not ours, finds and fetches what others sent."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from interop_logins import log_in
from ksef_client import KsefClient
from ksef_client.models import (
    CompressionType,
    InvoiceExportRequest,
    InvoicePackage,
    InvoiceQueryDateRange,
    InvoiceQueryDateType,
    InvoiceQueryFilters,
    InvoiceQuerySubjectType,
    PublicKeyCertificateUsage,
)
from ksef_client.services.crypto import EncryptionData, build_encryption_data
from ksef_client.services.hwm import (
    dedupe_by_ksef_number,
    get_effective_start_date,
    update_continuation_point,
)
from ksef_client.services.workflows import ExportWorkflow
from simulator.process import Simulator
from simulator.visitor import NIP, digest, invoice_xml

SELLER = "1111111111"
START = (datetime.now(timezone.utc) - timedelta(hours=1)).isoformat()


def wanted(start: str = START) -> InvoiceQueryFilters:
    return InvoiceQueryFilters(
        subject_type=InvoiceQuerySubjectType.SUBJECT2,
        date_range=InvoiceQueryDateRange(
            date_type=InvoiceQueryDateType.PERMANENTSTORAGE,
            from_=start,
            restrict_to_permanent_storage_hwm_date=True,
        ),
    )


def export(
    client: KsefClient, access: str, start: str, compression: CompressionType
) -> tuple[InvoicePackage, EncryptionData]:
    """One finished package, and the key to it."""
    public_key = client.security.get_public_key_certificate(
        PublicKeyCertificateUsage.SYMMETRICKEYENCRYPTION
    )
    data = build_encryption_data(public_key.certificate, public_key_id=public_key.public_key_id)
    assert data.encryption_info is not None
    request = InvoiceExportRequest(
        encryption=data.encryption_info, filters=wanted(start), compression_type=compression
    )
    reference = client.invoices.export_invoices(request, access_token=access).reference_number
    status = client.invoices.get_export_status(reference, access_token=access)
    assert (status.status.code, status.package is not None) == (200, True)
    assert status.package is not None
    return status.package, data


@pytest.fixture
def access(client: KsefClient, fresh_simulator: Simulator) -> str:
    """The buyer's access token; its suppliers have sent 25 invoices."""
    fresh_simulator.plant(invoice_xml("INTEROP", SELLER, NIP), count=25)
    return log_in(client, fresh_simulator.issue_certificate(NIP)).access_token


def test_lists_every_invoice_page_by_page(client: KsefClient, access: str) -> None:
    pages = client.invoices.iter_invoice_metadata_pages(
        wanted(), access_token=access, page_size=10, sort_order="Asc"
    )
    numbers = [invoice.invoice_number for page in pages for invoice in page.invoices]
    assert numbers == [f"INTEROP/{number}" for number in range(1, 26)]


@pytest.mark.parametrize("compression", [CompressionType.ZIP, CompressionType.TARGZ])
@pytest.mark.usefixtures("loopback_links")
def test_fetches_packages_one_after_the_other(
    client: KsefClient, fresh_simulator: Simulator, access: str, compression: CompressionType
) -> None:
    fresh_simulator.control("processing", {"export_invoices": 10, "export_part_bytes": 2000})
    workflow = ExportWorkflow(client.invoices, client.http_client)
    points: dict[str, str | None] = {}
    listed, files = [], {}
    for _ in range(4):
        start = get_effective_start_date(points, "Subject2", START)
        package, data = export(client, access, start, compression)
        result = workflow.download_and_process_package(package, data)
        listed += result.metadata_summaries
        files |= result.invoice_xml_files
        update_continuation_point(points, "Subject2", package)
        if not package.is_truncated:
            break
    unique = dedupe_by_ksef_number(listed)
    assert len(unique) == len(files) == 25
    for number, told in unique.items():
        assert digest(files[f"{number}.xml"].encode()) == told["invoiceHash"]
