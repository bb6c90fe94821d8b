"""Documents as KSeF gives them, for the tests that receive."""

import itertools
from datetime import date

from ..ksef.encryption import sha256_base64
from ..ksef.numbers import checksum
from .common import BUYER_NIP, SELLER_NIP

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
