"""The codes that KSeF gives to what it processes, with its words for them.

The same number means different things for an invoice, a session and a certificate request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

INTERRUPTED = "Przetwarzanie zostało przerwane z przyczyn wewnętrznych systemu. Spróbuj ponownie"
CANCELLED_BY_SYSTEM = "Operacja została anulowana przez system"
INVOICE_TEXTS = {
    100: "Faktura przyjęta do dalszego przetwarzania",
    150: "Trwa przetwarzanie",
    200: "Sukces",
    405: "Przetwarzanie anulowane z powodu błędu sesji",
    410: "Nieprawidłowy zakres uprawnień",
    415: "Brak możliwości wysyłania faktury z załącznikiem",
    430: "Błąd weryfikacji pliku faktury",
    435: "Błąd odszyfrowania pliku",
    440: "Duplikat faktury",
    450: "Błąd weryfikacji semantyki dokumentu faktury",
    550: CANCELLED_BY_SYSTEM,
}
SESSION_TEXTS = {
    100: "Sesja interaktywna otwarta",
    170: "Sesja interaktywna zamknięta",
    200: "Sesja interaktywna przetworzona pomyślnie",
    415: "Błąd odszyfrowania dostarczonego klucza",
    440: "Sesja anulowana",
    445: "Błąd weryfikacji, brak poprawnych faktur",
}
BATCH_TEXTS = {
    100: "Sesja wsadowa rozpoczęta",
    150: "Trwa przetwarzanie",
    200: "Sesja wsadowa przetworzona pomyślnie",
    405: "Błąd weryfikacji poprawności dostarczonych elementów paczki",
    415: "Błąd odszyfrowania dostarczonego klucza",
    420: "Przekroczony limit faktur w sesji",
    430: "Błąd dekompresji pierwotnego archiwum",
    435: "Błąd odszyfrowania zaszyfrowanych części archiwum",
    440: "Sesja anulowana",
    445: "Błąd weryfikacji, brak poprawnych faktur",
}
NOTHING_SENT = "Nie przesłano faktur"
TOO_LATE = "Przekroczono czas wysyłki"
ENROLLMENT_TEXTS = {
    100: "Wniosek przyjęty do realizacji",
    200: "Wniosek obsłużony (certyfikat wygenerowany)",
    400: "Wniosek odrzucony",
    550: CANCELLED_BY_SYSTEM,
}
EXPORT_TEXTS = {
    100: "Eksport faktur w toku",
    200: "Eksport faktur zakończony sukcesem",
    210: "Eksport faktur wygasł i nie jest już dostępny do pobrania",
    415: "Błąd odszyfrowania dostarczonego klucza",
    420: "Zakres filtrowania wykracza poza dostępny zakres danych",
    550: CANCELLED_BY_SYSTEM,
}


@dataclass(frozen=True)
class Status:
    """A code with KSeF's words for it."""

    code: int
    description: str
    details: tuple[str, ...] = ()
    extensions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of_invoice(
        cls, code: int, *details: str, extensions: tuple[tuple[str, str], ...] = ()
    ) -> Status:
        """An invoice's status, with its usual words."""
        return cls(code, _text(INVOICE_TEXTS, code), _told(code, details), extensions)

    @classmethod
    def of_session(cls, code: int) -> Status:
        """An interactive session's status, with its usual words."""
        return cls(code, _text(SESSION_TEXTS, code), (NOTHING_SENT,) if code == 440 else ())

    @classmethod
    def of_batch(cls, code: int, *details: str) -> Status:
        """A batch session's status, with its usual words."""
        return cls(code, _text(BATCH_TEXTS, code), details)

    @classmethod
    def of_enrollment(cls, code: int, *details: str) -> Status:
        """The status of a request for a certificate, with its usual words."""
        return cls(code, _text(ENROLLMENT_TEXTS, code), _told(code, details))

    @classmethod
    def of_export(cls, code: int, *details: str) -> Status:
        """An export's status, with its usual words."""
        return cls(code, _text(EXPORT_TEXTS, code), _told(code, details))

    def describe(self) -> dict[str, Any]:
        """The status as the API shows it."""
        described: dict[str, Any] = {"code": self.code, "description": self.description}
        if self.details:
            described["details"] = list(self.details)
        if self.extensions:
            described["extensions"] = dict(self.extensions)
        return described


def _text(texts: dict[int, str], code: int) -> str:
    return texts.get(code, f"Nieznany błąd ({code})")


def _told(code: int, details: tuple[str, ...]) -> tuple[str, ...]:
    return details or ((INTERRUPTED,) if code == 550 else ())
