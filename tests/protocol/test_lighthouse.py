"""The beacon."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ksef import lighthouse
from ksef.decoding import Unpromised
from ksef.environments import environment
from ksef.errors import Outcome, Unreachable, UnreadableAnswer
from ksef.lighthouse import LighthouseStatus, SystemState
from ksef.transport import Transport

MESSAGE = {
    "id": "c1",
    "eventId": 7,
    "category": "TOTAL_FAILURE",
    "type": "FAILURE_START",
    "title": "Awaria całkowita",
    "text": "Opis",
    "start": "2026-03-01T08:00:00+01:00",
    "end": None,
    "version": 1,
    "published": "2026-03-01T08:05:00+01:00",
}


@pytest.fixture
def beacon(ksef):
    return Transport(environment("simulator", ksef.url), timeout=10)


def test_a_quiet_beacon(beacon):
    assert lighthouse.status(beacon) == LighthouseStatus(SystemState.AVAILABLE)


@pytest.mark.parametrize("state", ["MAINTENANCE", "FAILURE", "TOTAL_FAILURE"])
def test_what_the_beacon_says(ksef, beacon, state):
    ksef.lighthouse(state, [MESSAGE])

    status = lighthouse.status(beacon)

    assert status.state is SystemState[state]
    assert status.messages[0].event_id == "7"
    assert status.messages[0].start == datetime(2026, 3, 1, 7, 0, tzinfo=timezone.utc)
    assert status.messages[0].end is None


def test_all_announcements(ksef, beacon):
    ksef.lighthouse("FAILURE", [MESSAGE, {**MESSAGE, "id": "c2", "type": "FAILURE_END"}])

    assert [message.type for message in lighthouse.messages(beacon)] == [
        "FAILURE_START",
        "FAILURE_END",
    ]


def test_a_word_that_is_not_in_the_list_is_unknown_and_not_available():
    assert lighthouse.status_from({"status": "SOMETHING"}).state is SystemState.UNKNOWN


@pytest.mark.parametrize("end", [None, ""])
def test_an_end_may_be_empty(end):
    assert lighthouse.messages_from([{**MESSAGE, "end": end}])[0].end is None


def test_an_end_is_a_moment():
    (message,) = lighthouse.messages_from([{**MESSAGE, "end": "2026-03-01T12:00:00+01:00"}])

    assert message.end - message.start == timedelta(hours=4)


@pytest.mark.parametrize("name", sorted(set(MESSAGE) - {"end"}))
def test_a_message_without_one_of_its_parts_is_refused(name):
    with pytest.raises(Unpromised, match=name):
        lighthouse.messages_from([{key: value for key, value in MESSAGE.items() if key != name}])


@pytest.mark.parametrize("path", ["status", "messages"])
@pytest.mark.parametrize(
    "fault", [{"kind": "garbage"}, {"kind": "status", "code": 200, "body": {"x": 1}}]
)
def test_what_was_not_promised_is_unreadable(ksef, beacon, path, fault):
    ksef.fault(f"GET /{path}", **fault)

    with pytest.raises(UnreadableAnswer):
        getattr(lighthouse, path)(beacon)


def test_a_beacon_that_is_dark_is_unreachable():
    nowhere = Transport(environment("simulator", "http://127.0.0.1:9"))

    with pytest.raises(Unreachable) as caught:
        lighthouse.status(nowhere)

    assert caught.value.outcome is Outcome.NOT_SENT
