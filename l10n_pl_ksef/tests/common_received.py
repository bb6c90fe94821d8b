"""Documents as KSeF gives them, for the tests that receive."""

import base64
import itertools
from datetime import date

from ..ksef.encryption import sha256_base64
from ..ksef.numbers import checksum
from .common import BUYER_NIP, SELLER_NIP
from .common_sending import ConnectedTestCase

_COUNTER = itertools.count(1)

# The least that FA(3) wants; the tests of what a bill is made of have documents of their own.
INVOICE = """<?xml version="1.0" encoding="utf-8"?>
<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/">
<Naglowek><KodFormularza kodSystemowy="FA (3)" wersjaSchemy="1-0E">FA</KodFormularza>
<WariantFormularza>3</WariantFormularza><DataWytworzeniaFa>{day}T09:30:47Z</DataWytworzeniaFa>
</Naglowek>
<Podmiot1><DaneIdentyfikacyjne><NIP>{seller}</NIP><Nazwa>Dostawca sp. z o.o.</Nazwa>
</DaneIdentyfikacyjne><Adres><KodKraju>PL</KodKraju><AdresL1>ul. Polna 1</AdresL1>
<AdresL2>00-001 Warszawa</AdresL2></Adres></Podmiot1>
<Podmiot2><DaneIdentyfikacyjne><NIP>{buyer}</NIP><Nazwa>ABC AGD sp. z o.o.</Nazwa>
</DaneIdentyfikacyjne><Adres><KodKraju>PL</KodKraju><AdresL1>ul. Kwiatowa 1</AdresL1></Adres>
<JST>2</JST><GV>2</GV></Podmiot2>{third}
<Fa><KodWaluty>PLN</KodWaluty><P_1>{day}</P_1><P_2>{number}</P_2>
<P_13_1>100</P_13_1><P_14_1>23</P_14_1><P_15>123</P_15>
<Adnotacje><P_16>2</P_16><P_17>2</P_17><P_18>2</P_18><P_18A>2</P_18A>
<Zwolnienie><P_19N>1</P_19N></Zwolnienie>
<NoweSrodkiTransportu><P_22N>1</P_22N></NoweSrodkiTransportu><P_23>2</P_23>
<PMarzy><P_PMarzyN>1</P_PMarzyN></PMarzy></Adnotacje><RodzajFaktury>VAT</RodzajFaktury>
<FaWiersz><NrWierszaFa>1</NrWierszaFa><P_7>usługa</P_7><P_8A>szt.</P_8A><P_8B>1</P_8B>
<P_9A>100</P_9A><P_11>100</P_11><P_12>23</P_12></FaWiersz></Fa></Faktura>
"""


def supplier_invoice(number="FV/1", seller=BUYER_NIP, buyer=SELLER_NIP, day=None, third=""):
    """An FA(3) of a supplier for the company of the tests, as bytes."""
    return INVOICE.format(
        number=number, seller=seller, buyer=buyer, day=day or date.today(), third=third
    ).encode()


def ksef_number(day="20260215", nip=BUYER_NIP):
    """A KSeF number that nobody else has, with the right checksum."""
    bare = f"{nip}-{day}-{next(_COUNTER):012X}"
    return f"{bare}-{checksum(bare)}"


def metadata(xml, number=None, **changes):
    """What KSeF's lists say of an invoice: shaped like InvoiceMetadata of the OpenAPI."""
    return {
        "ksefNumber": number or ksef_number(),
        "invoiceNumber": "FV/1",
        "issueDate": "2026-02-15",
        "invoicingDate": "2026-02-15T08:00:00.0000000+00:00",
        "acquisitionDate": "2026-02-15T08:00:01.0000000+00:00",
        "permanentStorageDate": "2026-02-15T08:00:02.1234567+00:00",
        "seller": {"nip": BUYER_NIP, "name": "Dostawca sp. z o.o."},
        "buyer": {"identifier": {"type": "Nip", "value": SELLER_NIP}, "name": "ABC AGD"},
        "netAmount": 100.0,
        "vatAmount": 23.0,
        "grossAmount": 123.0,
        "currency": "PLN",
        "invoicingMode": "Online",
        "invoiceType": "Vat",
        "formCode": {"systemCode": "FA (3)", "schemaVersion": "1-0E", "value": "FA"},
        "isSelfInvoicing": False,
        "hasAttachment": False,
        "invoiceHash": sha256_base64(xml),
        **changes,
    }


class ReceivingTestCase(ConnectedTestCase):
    """A company that fetches automatically, since the beginning of the month before."""

    def setUp(self):
        super().setUp()
        self.company.write(
            {"l10n_pl_ksef_fetch_mode": "automatic", "l10n_pl_ksef_fetch_from": date.today()}
        )
        self.received = self.env["l10n_pl_ksef.received"].sudo()

    def plant(self, count=1, xml=None, **more):
        """Documents of a supplier at KSeF; what the control plane tells of them."""
        content = base64.b64encode(xml or supplier_invoice("FV")).decode()
        return self.simulator.control("plant", [{"content": content, "count": count, **more}])

    def planted_numbers(self, planted):
        return [one["number"] for one in planted]

    def fetch(self):
        """Press the button; what it says."""
        return self.company.action_l10n_pl_ksef_fetch()["params"]["message"]

    def run_schedule(self, due=True):
        """Run the schedule once; ``due``: as if the time between two looks had passed."""
        if due:
            self.cursors().write({"next_look": False, "rest_until": False})
            self.exports().filtered("next_step_at").write({"next_step_at": "2026-01-01 00:00:00"})
            self.env["l10n_pl_ksef.throttle"].sudo().search([]).unlink()
        self.env["res.company"]._cron_l10n_pl_ksef_fetch()
        self.env.invalidate_all()

    def kept(self):
        """The KSeF numbers of the documents whose bytes are here, in the order they came."""
        return self.received.search([("genuine", "=", True)], order="id").mapped("ksef_number")

    def cursors(self):
        return self.env["l10n_pl_ksef.cursor"].sudo().search([], order="id")

    def cursor(self, role="subject2"):
        return self.cursors().filtered(lambda cursor: cursor.role == role)

    def exports(self):
        return self.env["l10n_pl_ksef.export"].sudo().search([], order="id")

    def spoil(self, how, times=1, **more):
        """Let the next packages be made the way a hostile KSeF would make them."""
        self.simulator.fault("POST /v2/invoices/exports", "package", times=times, how=how, **more)

    def calls(self, match="* /v2/**"):
        """Count the calls from now on; the returned function tells how many came."""
        planned = 1_000_000
        self.simulator.fault(match, "delay", times=planned, seconds=0)

        def count():
            faults = self.simulator.control("faults", method="GET")
            [left] = [fault["times"] for fault in faults if fault["match"] == match]
            return planned - left

        return count
