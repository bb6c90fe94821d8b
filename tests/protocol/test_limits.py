"""Call budgets in sliding windows."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ksef.client import Client
from ksef.decoding import Unpromised
from ksef.limits import (
    OPERATIONS,
    PUBLISHED,
    PUBLISHED_LIMITS,
    Budget,
    Group,
    next_allowed,
    rate_limits_from,
)

from .credentials import NOW

seconds_ago = st.lists(st.floats(0, 4000, allow_nan=False), max_size=60)
budgets = st.builds(
    Budget,
    st.one_of(st.none(), st.integers(1, 5)),
    st.one_of(st.none(), st.integers(1, 10)),
    st.one_of(st.none(), st.integers(1, 20)),
)


def before(seconds):
    return NOW - timedelta(seconds=seconds)


def test_without_past_calls_the_next_is_allowed_now():
    assert next_allowed("send_invoice", [], NOW) == NOW


def test_the_180_invoices_of_an_hour():
    calls = [before(3599 - n * 10) for n in range(180)]

    assert next_allowed("send_invoice", calls, NOW) == NOW + timedelta(seconds=1)


def test_the_tenth_call_within_a_second_leaves_none_for_the_rest_of_it():
    calls = [before(0.4)] * 10

    assert next_allowed("send_invoice", calls, NOW) == NOW + timedelta(seconds=0.6)


def test_downloads_by_link_are_free():
    assert next_allowed("download_upo", [NOW] * 10_000, NOW) == NOW


def test_an_unlimited_window_does_not_count():
    assert Budget(None, None, None).next_allowed([NOW] * 10_000, NOW) == NOW
    assert Budget(None, None, None).room([NOW] * 10_000, NOW) is None


def test_a_budget_of_nothing_allows_nothing_now():
    assert Budget(0, None, None).next_allowed([], NOW) == NOW + timedelta(seconds=1)


@given(budgets, seconds_ago)
def test_the_next_call_keeps_every_window(budget, ago):
    calls = [before(seconds) for seconds in ago]
    at = budget.next_allowed(calls, NOW)

    windows = ((1, budget.per_second), (60, budget.per_minute), (3600, budget.per_hour))
    for seconds, limit in windows:
        recent = [call for call in calls if call > at - timedelta(seconds=seconds)]
        assert limit is None or len(recent) < limit


@given(budgets, seconds_ago)
def test_there_is_room_exactly_when_the_next_call_is_allowed_now(budget, ago):
    calls = [before(seconds) for seconds in ago]
    room = budget.room(calls, NOW)

    assert (room is None or room > 0) == (budget.next_allowed(calls, NOW) == NOW)


@given(budgets, seconds_ago)
def test_as_many_calls_as_there_is_room_for_may_be_made(budget, ago):
    calls = [before(seconds) for seconds in ago]
    room = budget.room(calls, NOW)

    if room:
        assert budget.next_allowed([*calls, *[NOW] * (room - 1)], NOW) == NOW
        assert budget.next_allowed([*calls, *[NOW] * room], NOW) > NOW


def test_the_published_table_is_that_of_the_openapi_document(shared_ksef):
    document = json.loads((shared_ksef / "openapi-2.9.0.json").read_text())
    example = document["paths"]["/rate-limits"]["get"]["responses"]["200"]["content"][
        "application/json"
    ]["example"]
    live = rate_limits_from(example)

    differing = {group for group in Group if live.budgets[group] != PUBLISHED[group]}
    assert differing <= {Group.ANONYMOUS, Group.GLOBAL}, differing


def test_minus_one_means_without_limit():
    values = {group.value: {"perSecond": -1, "perMinute": -1, "perHour": 5} for group in Group}

    assert rate_limits_from(values).of("send_invoice") == Budget(None, None, 5)


def test_a_missing_group_is_not_made_up():
    with pytest.raises(Unpromised, match="onlineSession"):
        rate_limits_from({})


def test_every_operation_of_the_client_has_a_budget_or_is_free():
    methods = {
        name for name in dir(Client) if not name.startswith("_") and callable(getattr(Client, name))
    }

    assert methods - set(OPERATIONS) == {
        "download_part",
        "download_upo",
        "upload_part",
        "with_access_token",
    }
    assert set(OPERATIONS) <= methods
    assert all(PUBLISHED_LIMITS.of(name) for name in OPERATIONS)
