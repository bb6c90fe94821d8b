"""Sessions of both kinds: how they stand, their UPO, all of a context; ``/sessions``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import web

from . import api, downloads, upo
from .api import Body, continuation, operation, page_size, page_start, permitted
from .clock import stamp
from .documents import Session
from .errors import BadRequest, Forbidden, NotSupported, invalid_input
from .forms import FA3, FORMS
from .logins import Login
from .world import WORLD

WRITE = ("InvoiceWrite", "PefInvoiceWrite", "EnforcementOperations")
READ = ("InvoiceWrite", "Introspection", "PefInvoiceWrite", "EnforcementOperations")
READ_ALL = frozenset({"Introspection", "EnforcementOperations"})
KINDS = ("Online", "Batch")
KINDS_OF_STATUS = {
    100: "InProgress",
    150: "InProgress",
    170: "InProgress",
    200: "Succeeded",
    440: "Cancelled",
}


@operation("GET", "/sessions/{session}")
async def session_status(request: web.Request) -> web.Response:
    """How a session stands."""
    world = request.app[WORLD]
    session = find_session(request, permitted(request, *READ))
    now = world.clock.now()
    status = session.status(now)
    answer: dict[str, Any] = {
        "status": status.describe(),
        "dateCreated": stamp(session.created),
        "dateUpdated": stamp(session.updated),
        "validUntil": stamp(session.valid_until),
        "invoiceCount": len(session.documents),
        "successfulInvoiceCount": len(session.accepted(now)),
        "failedInvoiceCount": len(session.failed(now)),
    }
    if status.code == 200:
        pages = upo.pages(session, now, world.upo_page_size)
        answer["upo"] = {
            "pages": [_upo_page(request, session, page, now) for page in range(len(pages))]
        }
    return web.json_response(answer)


@operation("GET", "/sessions/{session}/upo/{upo}")
async def session_upo(request: web.Request) -> web.Response:
    """The UPO of a whole session."""
    world = request.app[WORLD]
    session = find_session(request, permitted(request, *READ))
    now = world.clock.now()
    reference = request.match_info["upo"]
    if session.status(now).code == 200:
        for page in upo.pages(session, now, world.upo_page_size):
            if page.reference == reference:
                return downloads.xml_answer(upo.of_page(session, page, world.seal))
    raise BadRequest(
        21178,
        "Nie znaleziono UPO dla podanych kryteriów.",
        [
            f"UPO o numerze referencyjnym {reference} dla sesji {session.reference} nie "
            "zostało znalezione."
        ],
    )


@operation("GET", "/sessions")
async def list_sessions(request: web.Request) -> web.Response:
    """List the sessions of the context, the newest first."""
    world = request.app[WORLD]
    login = permitted(request, *READ)
    kind = request.query.get("sessionType")
    if kind not in KINDS:
        raise invalid_input("sessionType musi być Online albo Batch.")
    size, start = page_size(request, 1000), page_start(request)
    now = world.clock.now()
    world.archive.settle(now)
    found = [
        session
        for session in world.archive.sessions.values()
        if session.kind == kind and _visible(session, login) and _wanted(session, request, now)
    ]
    found.sort(key=lambda session: session.created, reverse=True)
    answer: dict[str, Any] = {
        "sessions": [_list_item(session, now) for session in found[start : start + size]]
    }
    if token := continuation(start, size, len(found)):
        answer["continuationToken"] = token
    return web.json_response(answer)


def find_session(request: web.Request, login: Login, kind: str | None = None) -> Session:
    """The session that the path names, with everything judged that is due.

    :raises BadRequest: 21173 when the context has no such session, or one of the other kind.
    :raises Forbidden: when somebody else opened it and the caller may see only its own.
    """
    world = request.app[WORLD]
    world.archive.settle(world.clock.now())
    reference = request.match_info["session"]
    if len(reference) != 36:
        raise invalid_input("Numer referencyjny musi mieć 36 znaków.")
    session = world.archive.sessions.get(reference)
    known = session is not None and session.context == login.context
    if session is None or not known or kind not in (None, session.kind):
        raise BadRequest(
            21173,
            "Brak sesji o wskazanym numerze referencyjnym.",
            [f"Sesja o numerze referencyjnym {reference} nie została odnaleziona."],
        )
    if not _visible(session, login):
        raise Forbidden("Brak dostępu do wskazanego zasobu.", "insufficient-resource-access")
    return session


def _visible(session: Session, login: Login) -> bool:
    if session.context != login.context:
        return False
    return session.holder == login.holder or bool(login.permissions & READ_ALL)


def sent_form(part: Body) -> dict[str, str]:
    """The form code of a session: FA (3), the only one that the simulator takes.

    :raises NotSupported: for the others that KSeF takes.
    :raises BadRequest: 21405 for those that it does not.
    """
    form = {name: part.text(name) for name in FA3}
    if form == FA3:
        return form
    if form["systemCode"] in FORMS and form["systemCode"] != FA3["systemCode"]:
        raise NotSupported(f"The simulator takes FA (3) only, not {form['systemCode']}.")
    raise invalid_input("Wskazany kod formularza nie jest wspierany.")


def demand_open(session: Session, now: datetime, what: str) -> None:
    """The session is open.

    :raises BadRequest: 21180 when it is not; ``what`` says what that prevents.
    """
    code = session.status(now).code
    if code != 100:
        raise BadRequest(
            21180,
            "Status sesji nie pozwala na wykonanie operacji.",
            [f"Status sesji {code} {what}."],
        )


def wants_nips_checked(request: web.Request) -> bool:
    """Whether the session is to check NIPs, as production does without being asked."""
    return "subject-identifier-validation" in request.headers.get("X-KSeF-Feature", "")


def _upo_page(request: web.Request, session: Session, number: int, now: datetime) -> dict[str, str]:
    path = downloads.session_upo_path(session.reference, number)
    url, end = downloads.link(request, path, now)
    return {
        "referenceNumber": session.upo_pages[number].reference,
        "downloadUrl": url,
        "downloadUrlExpirationDate": end,
    }


def _wanted(session: Session, request: web.Request, now: datetime) -> bool:
    query = request.query
    moments = {
        "dateCreated": session.created,
        "dateClosed": session.end(now),
        "dateModified": session.updated,
    }
    for name, moment in moments.items():
        after, before = (
            api.moment(query[end]) if query.get(end) else None
            for end in (f"{name}From", f"{name}To")
        )
        if (after or before) and moment is None:
            return False
        if (after and moment < after) or (before and moment > before):  # type: ignore[operator]
            return False
    if query.get("referenceNumber", session.reference) != session.reference:
        return False
    statuses = query.getall("statuses", [])
    return not statuses or KINDS_OF_STATUS.get(session.status(now).code, "Failed") in statuses


def _list_item(session: Session, now: datetime) -> dict[str, Any]:
    return {
        "referenceNumber": session.reference,
        "status": session.status(now).describe(),
        "dateCreated": stamp(session.created),
        "dateUpdated": stamp(session.updated),
        "validUntil": stamp(session.valid_until),
        "totalInvoiceCount": len(session.documents),
        "successfulInvoiceCount": len(session.accepted(now)),
        "failedInvoiceCount": len(session.failed(now)),
    }
