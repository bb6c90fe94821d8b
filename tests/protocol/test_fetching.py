"""Windows and cursors: nothing lost, nothing twice, whatever KSeF's marks do."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ksef.fetching import (
    LONGEST_WINDOW,
    Position,
    Reach,
    Window,
    first_position,
    is_caught_up,
    is_stuck,
    position_after,
    window_from,
)

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=timezone.utc)
EARLY = Position("2026-11-20T07:00:00.0000001+00:00")
LATE = Position("2026-11-20T07:00:00.0000002+00:00")


def test_the_seventh_digit_of_the_second_counts() -> None:
    assert EARLY < LATE and EARLY.moment == LATE.moment


def test_the_same_moment_in_another_offset_is_the_same() -> None:
    assert Position("2026-11-20T08:00:00.0000001+01:00") == EARLY


def test_a_moment_without_an_offset_is_none() -> None:
    with pytest.raises(ValueError, match="offset"):
        Position("2026-11-20T07:00:00")


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 2, 1), "2026-02-01T00:00:00+01:00"),
        (date(2026, 7, 1), "2026-07-01T00:00:00+02:00"),
    ],
)
def test_fetching_starts_at_the_beginning_of_a_day_in_warsaw(day: date, text: str) -> None:
    assert first_position(day).text == text


def test_a_window_of_the_last_hundred_days_is_open() -> None:
    assert window_from(first_position(date(2026, 11, 1)), NOW) == Window(
        first_position(date(2026, 11, 1)), None
    )


def test_after_a_long_pause_a_window_has_a_hundred_days() -> None:
    start = first_position(date(2026, 2, 1))
    window = window_from(start, NOW)
    assert window.end is not None and window.end.moment - start.moment == LONGEST_WINDOW


def test_the_next_window_starts_at_the_mark() -> None:
    assert position_after(Window(EARLY, None), Reach(mark=LATE)) is LATE


def test_after_a_truncated_answer_it_starts_at_the_last_document() -> None:
    middle = Position("2026-11-20T07:00:00.00000015+00:00")
    reach = Reach(mark=LATE, truncated=True, last=middle)
    assert position_after(Window(EARLY, None), reach) is middle


def test_a_mark_behind_the_window_moves_nothing_back() -> None:
    assert position_after(Window(LATE, None), Reach(mark=EARLY)) is LATE


def test_a_mark_after_the_window_leaves_nothing_out() -> None:
    assert position_after(Window(EARLY, LATE), Reach(mark=LATE.later(LONGEST_WINDOW))) is LATE


def test_a_closed_window_without_a_mark_ends_at_its_end() -> None:
    assert position_after(Window(EARLY, LATE), Reach(mark=None)) is LATE


def test_more_documents_at_one_moment_than_a_package_holds_are_noticed() -> None:
    assert is_stuck(Window(EARLY, None), Reach(mark=LATE, truncated=True, last=EARLY))


@st.composite
def stored(draw: st.DrawFn) -> list[Position]:
    """When documents were stored: some together, over a year, to the seventh digit."""
    ticks = draw(st.lists(st.integers(0, 400 * 86_400 * 10), max_size=60))
    start = NOW - timedelta(days=401)
    return sorted(
        Position(f"{(start + timedelta(seconds=tick // 10)):%Y-%m-%dT%H:%M:%S}.{tick % 10:07}Z")
        for tick in ticks
    )


class Ksef:
    """The rules of an export: ascending, up to the mark, so many at most."""

    def __init__(self, documents: list[Position], most: int, behind: timedelta) -> None:
        self.documents, self.most, self.behind = documents, most, behind

    def answer(self, window: Window, now: datetime) -> tuple[list[int], Reach]:
        mark = Position((now - self.behind).isoformat())
        end = min(window.end, mark) if window.end else mark
        found = [
            index for index, stored in enumerate(self.documents) if window.start <= stored <= end
        ]
        given = found[: self.most]
        truncated = len(found) > len(given)
        return given, Reach(end, truncated, self.documents[given[-1]] if truncated else None)


@given(stored(), st.integers(2, 20), st.integers(0, 48))
def test_every_document_is_seen_and_windows_touch(
    documents: list[Position], most: int, hours: int
) -> None:
    crowded = max((documents.count(one) for one in documents), default=0)
    most = max(most, crowded + 1)  # so many at one moment fit a package
    ksef = Ksef(documents, most, timedelta(hours=hours))
    position, seen, starts = Position((NOW - timedelta(days=402)).isoformat()), [], []
    for _ in range(500):
        window = window_from(position, NOW)
        given, reach = ksef.answer(window, NOW)
        starts.append(window.start)
        seen += given
        position = position_after(window, reach)
        assert window.end is None or position <= window.end
        assert not is_stuck(window, reach)
        if is_caught_up(window, reach):
            break
    mark = Position((NOW - timedelta(hours=hours)).isoformat())
    complete = [index for index, stored in enumerate(documents) if stored <= mark]
    # What lies on a common moment comes again, and is known by its number.
    assert sorted(set(seen)) == complete
    assert starts == sorted(starts)
    twice = {index for index in seen if seen.count(index) > 1}
    assert all(documents[index] in [*starts, position] for index in twice)


@given(stored(), st.integers(2, 20), st.lists(st.integers(0, 86_400 * 30), max_size=20))
def test_looking_again_and_again_loses_nothing(
    documents: list[Position], most: int, pauses: list[int]
) -> None:
    ksef = Ksef(documents, max(most, len(documents) + 1), timedelta(minutes=5))
    now, position = NOW - timedelta(days=402), Position((NOW - timedelta(days=403)).isoformat())
    seen: set[int] = set()
    for pause in [*pauses, *([86_400 * 30] * 40)]:
        now += timedelta(seconds=pause)
        given, reach = ksef.answer(window_from(position, now), now)
        seen |= set(given)
        after = position_after(window_from(position, now), reach)
        assert after >= position
        position = after
    assert seen == set(range(len(documents)))
