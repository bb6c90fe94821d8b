"""The code lists of FA(3), with English names. The values are the official codes."""

from __future__ import annotations

import enum
from decimal import Decimal


class InvoiceKind(str, enum.Enum):
    """RodzajFaktury."""

    VAT = "VAT"
    CORRECTION = "KOR"
    ADVANCE = "ZAL"
    SETTLEMENT = "ROZ"
    """The invoice that settles earlier advance invoices (art. 106f(3))."""
    SIMPLIFIED = "UPR"
    """The simplified invoice of art. 106e(5)(3), up to 450 PLN or 100 EUR."""
    ADVANCE_CORRECTION = "KOR_ZAL"
    SETTLEMENT_CORRECTION = "KOR_ROZ"

    @property
    def is_correction(self) -> bool:
        return self in _CORRECTIONS


_CORRECTIONS = frozenset(
    {
        InvoiceKind.CORRECTION,
        InvoiceKind.ADVANCE_CORRECTION,
        InvoiceKind.SETTLEMENT_CORRECTION,
    }
)


class RateCode(str, enum.Enum):
    """P_12, P_12Z: the rate of a line. There is no plain 0."""

    VAT_23 = "23"
    VAT_22 = "22"
    VAT_8 = "8"
    VAT_7 = "7"
    VAT_5 = "5"
    VAT_4 = "4"
    """Taxis, lump sum."""
    VAT_3 = "3"
    """Taxis, lump sum."""
    ZERO_DOMESTIC = "0 KR"
    ZERO_EU_SUPPLY = "0 WDT"
    ZERO_EXPORT = "0 EX"
    EXEMPT = "zw"
    REVERSE_CHARGE = "oo"
    """Domestic reverse charge."""
    OUTSIDE_POLAND = "np I"
    """Not subject to VAT in Poland, except `EU_SERVICES`."""
    EU_SERVICES = "np II"
    """Services of art. 100(1)(4), taxed by the buyer in another EU country."""

    @property
    def percent(self) -> Decimal | None:
        """The rate in percent; None where no VAT is charged (unlike at 0 %)."""
        return _PERCENT.get(self)


_PERCENT = {
    RateCode.VAT_23: Decimal(23),
    RateCode.VAT_22: Decimal(22),
    RateCode.VAT_8: Decimal(8),
    RateCode.VAT_7: Decimal(7),
    RateCode.VAT_5: Decimal(5),
    RateCode.VAT_4: Decimal(4),
    RateCode.VAT_3: Decimal(3),
    RateCode.ZERO_DOMESTIC: Decimal(0),
    RateCode.ZERO_EU_SUPPLY: Decimal(0),
    RateCode.ZERO_EXPORT: Decimal(0),
}


class CorrectionEffect(str, enum.Enum):
    """TypKorekty: in which VAT period the correction counts."""

    ORIGINAL_DATE = "1"
    CORRECTION_DATE = "2"
    OTHER_DATE = "3"
    """Another date, or different dates for different lines."""


class TaxpayerStatus(str, enum.Enum):
    """StatusInfoPodatnika."""

    LIQUIDATION = "1"
    RESTRUCTURING = "2"
    BANKRUPTCY = "3"
    INHERITED_ENTERPRISE = "4"


class Role(str, enum.Enum):
    """Rola of a third party (Podmiot3)."""

    FACTOR = "1"
    RECIPIENT = "2"
    ORIGINAL_ENTITY = "3"
    """One that was taken over or transformed."""
    ADDITIONAL_BUYER = "4"
    ISSUER = "5"
    """Issues the invoice in the seller's name; never the buyer who self-bills."""
    PAYER = "6"
    LOCAL_GOVERNMENT_ISSUER = "7"
    LOCAL_GOVERNMENT_RECIPIENT = "8"
    VAT_GROUP_ISSUER = "9"
    VAT_GROUP_RECIPIENT = "10"
    EMPLOYEE = "11"


class AuthorisedRole(str, enum.Enum):
    """RolaPU of the authorised party (PodmiotUpowazniony)."""

    ENFORCEMENT_AUTHORITY = "1"
    BAILIFF = "2"
    TAX_REPRESENTATIVE = "3"


class MarginScheme(str, enum.Enum):
    """PMarzy: the element that says which margin scheme applies."""

    TRAVEL = "P_PMarzy_2"
    USED_GOODS = "P_PMarzy_3_1"
    WORKS_OF_ART = "P_PMarzy_3_2"
    COLLECTORS_ITEMS = "P_PMarzy_3_3"


class GoodsCode(str, enum.Enum):
    """GTU: groups of goods and services that the VAT record marks."""

    GTU_01 = "GTU_01"
    GTU_02 = "GTU_02"
    GTU_03 = "GTU_03"
    GTU_04 = "GTU_04"
    GTU_05 = "GTU_05"
    GTU_06 = "GTU_06"
    GTU_07 = "GTU_07"
    GTU_08 = "GTU_08"
    GTU_09 = "GTU_09"
    GTU_10 = "GTU_10"
    GTU_11 = "GTU_11"
    GTU_12 = "GTU_12"
    GTU_13 = "GTU_13"


class Procedure(str, enum.Enum):
    """Procedura, ProceduraZ: procedures that the VAT record marks."""

    WSTO_EE = "WSTO_EE"
    IED = "IED"
    TT_D = "TT_D"
    I_42 = "I_42"
    """Not on orders."""
    I_63 = "I_63"
    """Not on orders."""
    B_SPV = "B_SPV"
    B_SPV_DOSTAWA = "B_SPV_DOSTAWA"
    B_MPV_PROWIZJA = "B_MPV_PROWIZJA"


class PaymentForm(str, enum.Enum):
    """FormaPlatnosci."""

    CASH = "1"
    CARD = "2"
    VOUCHER = "3"
    CHEQUE = "4"
    CREDIT = "5"
    TRANSFER = "6"
    MOBILE = "7"


class PartPaid(str, enum.Enum):
    """ZnacznikZaplatyCzesciowej: how much the listed payments cover."""

    IN_PART = "1"
    IN_FULL = "2"


class BankOwnAccount(str, enum.Enum):
    """RachunekWlasnyBanku: why the account is the bank's own (art. 96b(3a))."""

    RECEIVABLES = "1"
    """Settles receivables the bank acquired."""
    COLLECTION = "2"
    """The bank collects and passes the payment on to the supplier."""
    INTERNAL = "3"
    """The bank's own economy, not settlement with clients."""


class TransportKind(str, enum.Enum):
    """RodzajTransportu. There is no 6."""

    SEA = "1"
    RAIL = "2"
    ROAD = "3"
    AIR = "4"
    POST = "5"
    FIXED_INSTALLATION = "7"
    INLAND_WATERWAY = "8"


class CargoKind(str, enum.Enum):
    """OpisLadunku."""

    CHURN = "1"
    """Bańka."""
    BARREL = "2"
    CYLINDER = "3"
    CARTON = "4"
    CANISTER = "5"
    CAGE = "6"
    CONTAINER = "7"
    BASKET = "8"
    PUNNET = "9"
    MULTI_PACK = "10"
    PARCEL = "11"
    PACKET = "12"
    PALLET = "13"
    BIN = "14"
    BULK_SOLID_CONTAINER = "15"
    BULK_LIQUID_CONTAINER = "16"
    BOX = "17"
    TIN = "18"
    CRATE = "19"
    BAG = "20"


class ColumnType(str, enum.Enum):
    """Typ of a table's column in the attachment."""

    DATE = "date"
    DATETIME = "datetime"
    DECIMAL = "dec"
    INTEGER = "int"
    TIME = "time"
    TEXT = "txt"
