"""What the official codes mean, in words."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from ...texts import Term, _
from ..codes import (
    AuthorisedRole,
    BankOwnAccount,
    CargoKind,
    CorrectionEffect,
    GoodsCode,
    InvoiceKind,
    MarginScheme,
    PartPaid,
    PaymentForm,
    Procedure,
    RateCode,
    Role,
    TaxpayerStatus,
    TransportKind,
)

TITLES: Mapping[InvoiceKind, Term] = {
    InvoiceKind.VAT: _("VAT invoice"),
    InvoiceKind.CORRECTION: _("Correction invoice"),
    InvoiceKind.ADVANCE: _("Advance payment invoice"),
    InvoiceKind.SETTLEMENT: _("Settlement invoice (art. 106f(3))"),
    InvoiceKind.SIMPLIFIED: _("Simplified invoice"),
    InvoiceKind.ADVANCE_CORRECTION: _("Correction of an advance payment invoice"),
    InvoiceKind.SETTLEMENT_CORRECTION: _("Correction of a settlement invoice (art. 106f(3))"),
}
"""The heading of a document."""

TOTAL: Mapping[InvoiceKind, Term] = {
    InvoiceKind.VAT: _("Amount due"),
    InvoiceKind.CORRECTION: _("Difference in the amount due"),
    InvoiceKind.ADVANCE: _("Payment received"),
    InvoiceKind.SETTLEMENT: _("Remaining amount due"),
    InvoiceKind.SIMPLIFIED: _("Amount due"),
    InvoiceKind.ADVANCE_CORRECTION: _("Difference in the payment received"),
    InvoiceKind.SETTLEMENT_CORRECTION: _("Difference in the remaining amount due"),
}
"""What P_15 says on a document of each kind."""

KINDS_OF_SALE: Mapping[str, Term] = {
    "standard": _("Standard rate (23% or 22%)"),
    "reduced": _("First reduced rate (8% or 7%)"),
    "super_reduced": _("Second reduced rate (5%)"),
    "taxi": _("Lump sum for taxis (4% or 3%)"),
    "oss": _("VAT of another EU country (OSS)"),
    "zero_domestic": _("0%, domestic sales"),
    "zero_eu_supply": _("0%, supply of goods to another EU country"),
    "zero_export": _("0%, export"),
    "exempt": _("Exempt from VAT"),
    "outside_poland": _("Supplies outside Poland"),
    "eu_services": _("Services taxed in another EU country (art. 100(1)(4))"),
    "reverse_charge": _("Domestic reverse charge"),
    "margin": _("Margin scheme (gross value)"),
}
"""The rows of the totals, by the field of `VatTotals`."""

_MEANINGS: Mapping[type[enum.Enum], Mapping[str, Term]] = {
    InvoiceKind: {kind.value: title for kind, title in TITLES.items()},
    RateCode: {
        RateCode.VAT_4.value: _("lump sum for taxis"),
        RateCode.VAT_3.value: _("lump sum for taxis"),
        RateCode.ZERO_DOMESTIC.value: _("0% on domestic sales"),
        RateCode.ZERO_EU_SUPPLY.value: _("0% on a supply of goods to another EU country"),
        RateCode.ZERO_EXPORT.value: _("0% on an export of goods"),
        RateCode.EXEMPT.value: _("exempt from VAT"),
        RateCode.REVERSE_CHARGE.value: _("domestic reverse charge: the buyer accounts for VAT"),
        RateCode.OUTSIDE_POLAND.value: _("supply outside Poland, not subject to Polish VAT"),
        RateCode.EU_SERVICES.value: _(
            "service of art. 100(1)(4), taxed by the buyer in another EU country"
        ),
    },
    CorrectionEffect: {
        CorrectionEffect.ORIGINAL_DATE.value: _("in the VAT period of the corrected invoice"),
        CorrectionEffect.CORRECTION_DATE.value: _("in the VAT period of the correction"),
        CorrectionEffect.OTHER_DATE.value: _("in another VAT period, or in several"),
    },
    TaxpayerStatus: {
        TaxpayerStatus.LIQUIDATION.value: _("in liquidation"),
        TaxpayerStatus.RESTRUCTURING.value: _("in restructuring"),
        TaxpayerStatus.BANKRUPTCY.value: _("in bankruptcy"),
        TaxpayerStatus.INHERITED_ENTERPRISE.value: _("enterprise of a deceased owner"),
    },
    Role: {
        Role.FACTOR.value: _("Factor"),
        Role.RECIPIENT.value: _("Recipient"),
        Role.ORIGINAL_ENTITY.value: _("Original entity"),
        Role.ADDITIONAL_BUYER.value: _("Additional buyer"),
        Role.ISSUER.value: _("Issuer of the invoice"),
        Role.PAYER.value: _("Payer"),
        Role.LOCAL_GOVERNMENT_ISSUER.value: _("Local government unit, issuer"),
        Role.LOCAL_GOVERNMENT_RECIPIENT.value: _("Local government unit, recipient"),
        Role.VAT_GROUP_ISSUER.value: _("VAT group member, issuer"),
        Role.VAT_GROUP_RECIPIENT.value: _("VAT group member, recipient"),
        Role.EMPLOYEE.value: _("Employee"),
    },
    AuthorisedRole: {
        AuthorisedRole.ENFORCEMENT_AUTHORITY.value: _("Enforcement authority"),
        AuthorisedRole.BAILIFF.value: _("Court bailiff"),
        AuthorisedRole.TAX_REPRESENTATIVE.value: _("Tax representative"),
    },
    MarginScheme: {
        MarginScheme.TRAVEL.value: _("for travel agencies"),
        MarginScheme.USED_GOODS.value: _("second-hand goods"),
        MarginScheme.WORKS_OF_ART.value: _("works of art"),
        MarginScheme.COLLECTORS_ITEMS.value: _("collectors' items and antiques"),
    },
    GoodsCode: {
        GoodsCode.GTU_01.value: _("alcoholic beverages"),
        GoodsCode.GTU_02.value: _("motor fuels"),
        GoodsCode.GTU_03.value: _("heating oils and lubricants"),
        GoodsCode.GTU_04.value: _("tobacco products"),
        GoodsCode.GTU_05.value: _("waste"),
        GoodsCode.GTU_06.value: _("electronic devices and their parts"),
        GoodsCode.GTU_07.value: _("vehicles and their parts"),
        GoodsCode.GTU_08.value: _("precious and base metals"),
        GoodsCode.GTU_09.value: _("medicines and medical devices"),
        GoodsCode.GTU_10.value: _("buildings, structures and land"),
        GoodsCode.GTU_11.value: _("greenhouse gas emission allowances"),
        GoodsCode.GTU_12.value: _("intangible services"),
        GoodsCode.GTU_13.value: _("transport and storage services"),
    },
    Procedure: {
        Procedure.WSTO_EE.value: _("intra-EU distance sales, or electronic services to consumers"),
        Procedure.IED.value: _("supply through an electronic interface"),
        Procedure.TT_D.value: _("supply by the second taxpayer of a triangular transaction"),
        Procedure.I_42.value: _("supply to another EU country after import (procedure 42)"),
        Procedure.I_63.value: _("supply to another EU country after import (procedure 63)"),
        Procedure.B_SPV.value: _("transfer of a single-purpose voucher"),
        Procedure.B_SPV_DOSTAWA.value: _("supply for a single-purpose voucher, to its issuer"),
        Procedure.B_MPV_PROWIZJA.value: _("agency in the transfer of a multi-purpose voucher"),
    },
    PaymentForm: {
        PaymentForm.CASH.value: _("cash"),
        PaymentForm.CARD.value: _("card"),
        PaymentForm.VOUCHER.value: _("voucher"),
        PaymentForm.CHEQUE.value: _("cheque"),
        PaymentForm.CREDIT.value: _("credit"),
        PaymentForm.TRANSFER.value: _("bank transfer"),
        PaymentForm.MOBILE.value: _("mobile payment"),
    },
    PartPaid: {
        PartPaid.IN_PART.value: _("in part"),
        PartPaid.IN_FULL.value: _("in full, by several payments"),
    },
    BankOwnAccount: {
        BankOwnAccount.RECEIVABLES.value: _("to settle receivables that the bank acquired"),
        BankOwnAccount.COLLECTION.value: _("to collect payments for the supplier"),
        BankOwnAccount.INTERNAL.value: _("for the bank's own economy"),
    },
    TransportKind: {
        TransportKind.SEA.value: _("by sea"),
        TransportKind.RAIL.value: _("by rail"),
        TransportKind.ROAD.value: _("by road"),
        TransportKind.AIR.value: _("by air"),
        TransportKind.POST.value: _("by post"),
        TransportKind.FIXED_INSTALLATION.value: _("by fixed installations"),
        TransportKind.INLAND_WATERWAY.value: _("by inland waterway"),
    },
    CargoKind: {
        CargoKind.CHURN.value: _("churn"),
        CargoKind.BARREL.value: _("barrel"),
        CargoKind.CYLINDER.value: _("cylinder"),
        CargoKind.CARTON.value: _("carton"),
        CargoKind.CANISTER.value: _("canister"),
        CargoKind.CAGE.value: _("cage"),
        CargoKind.CONTAINER.value: _("container"),
        CargoKind.BASKET.value: _("basket"),
        CargoKind.PUNNET.value: _("punnet"),
        CargoKind.MULTI_PACK.value: _("multi-pack"),
        CargoKind.PARCEL.value: _("parcel"),
        CargoKind.PACKET.value: _("packet"),
        CargoKind.PALLET.value: _("pallet"),
        CargoKind.BIN.value: _("bin"),
        CargoKind.BULK_SOLID_CONTAINER.value: _("container for solid bulk goods"),
        CargoKind.BULK_LIQUID_CONTAINER.value: _("container for liquid bulk goods"),
        CargoKind.BOX.value: _("box"),
        CargoKind.TIN.value: _("tin"),
        CargoKind.CRATE.value: _("crate"),
        CargoKind.BAG.value: _("bag"),
    },
}


def meaning(code: enum.Enum) -> Term | None:
    """What a code means; None where it says that itself, such as 23 %."""
    return _MEANINGS.get(type(code), {}).get(code.value)
