"""Invoices with as many lines as FA(3) allows."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from ksef import fa3

from .builders import with_lines


def seconds(action: Callable[[], object]) -> float:
    """The processor time of the quickest of three runs."""
    times = []
    for _run in range(3):
        started = time.process_time()
        action()
        times.append(time.process_time() - started)
    return min(times)


def test_the_most_lines_make_the_round_trip(official_schema: Path) -> None:
    invoice = with_lines(10_000)
    xml = fa3.write(invoice)
    assert fa3.read(xml) == invoice
    assert [finding.code for finding in fa3.check(xml, invoice=invoice)] == ["file.size"]


def test_one_line_too_many_is_found(official_schema: Path) -> None:
    xml = fa3.write(with_lines(10_001))
    assert "Fa/FaWiersz[10001]" in [finding.element for finding in fa3.check(xml)]


def test_the_time_grows_with_the_lines_and_not_with_their_square(official_schema: Path) -> None:
    def all_of_it(invoice: fa3.Invoice) -> None:
        xml = fa3.write(invoice)
        fa3.check(xml, invoice=invoice)
        fa3.read(xml)

    few, many = with_lines(500), with_lines(5_000)
    all_of_it(few)
    assert seconds(lambda: all_of_it(many)) < 25 * seconds(lambda: all_of_it(few))


def test_faults_on_every_line_do_not_become_a_book(official_schema: Path) -> None:
    xml = fa3.write(with_lines(5_000)).replace(b"<P_12>23</P_12>", b"<P_12>99</P_12>")
    assert len(fa3.check(xml)) <= 200
