"""What went wrong with KSeF, in sentences for a person: what happened, why, what to do next."""

from datetime import date, datetime, timedelta
from functools import singledispatch
from zoneinfo import ZoneInfo

from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from ..ksef.errors import (
    ApiError,
    BadRequest,
    CertificateProblem,
    Forbidden,
    Gone,
    KsefError,
    LoginExpired,
    LoginPending,
    LoginRefused,
    NoUsableKey,
    Outcome,
    ServerError,
    TooManyRequests,
    Unreachable,
    UnreadableAnswer,
)
from ..ksef.package_problems import BrokenPackage
from ..ksef.texts import Term
from .fa3_problems import Named
from .moments import naive_utc, utc_now

WARSAW = "Europe/Warsaw"


class SpokenError(UserError):
    """A sentence for whoever waits, that can be said again in another reader's language.

    :param env: of whoever is told now
    :param say: a function that gives the sentence in the language of an environment
    """

    def __init__(self, env, say):
        super().__init__(say(env))
        self.say = say


class LoginOnHold(KsefError):
    """KSeF refused the login a while ago, and it is too early to try again.

    :param str sentence: what was wrong then, already in words
    :param datetime until: naive UTC, the next attempt
    :param say: where it can be said in any language, a function that does it
    """

    def __init__(self, sentence, until, say=None):
        super().__init__(f"No login before {until} UTC: {sentence}")
        self.operation = "challenge"
        self.sentence = sentence
        self.until = until
        self.say = say or (lambda _env: sentence)


def explain(env, error):
    """One or more full sentences in the language of ``env``, KSeF's own words attached.

    :param env: the environment of whoever will read it
    :param error: a ``KsefError`` or a ``UserError`` (such as ``VaultError``)
    :rtype: str
    """
    return _explain(error, env)


@singledispatch
def _explain(error, env):
    raise TypeError(f"Not an error of KSeF: {error!r}")


@_explain.register
def _explain_user_error(error: UserError, env):
    return str(error.args[0])


@_explain.register
def _explain_spoken_error(error: SpokenError, env):
    return error.say(env)


@_explain.register
def _explain_ksef_error(error: KsefError, env):
    return env._("Something unexpected happened while talking to KSeF: %s", error)


@_explain.register
def _explain_unreachable(error: Unreachable, env):
    if error.outcome is Outcome.NOT_SENT:
        return env._(
            "KSeF could not be reached, so nothing was sent. The network or KSeF itself may be "
            "down; Odoo tries again by itself. (%s)",
            error.reason,
        )
    return env._(
        "KSeF did not answer in time, or the connection broke, so it is not known whether KSeF "
        "took the request. Odoo asks KSeF before repeating anything. (%s)",
        error.reason,
    )


@_explain.register
def _explain_unreadable_answer(error: UnreadableAnswer, env):
    return env._(
        "KSeF answered with something that cannot be understood (HTTP status %(status)s), so it "
        "is not known whether it took the request. Odoo asks KSeF before repeating anything. "
        "(%(excerpt)s)",
        status=error.status,
        excerpt=error.excerpt,
    )


@_explain.register
def _explain_api_error(error: ApiError, env):
    return _with_words(
        env,
        env._("KSeF refused the request (HTTP status %s).", error.status),
        error,
    )


@_explain.register
def _explain_bad_request(error: BadRequest, env):
    return _with_words(
        env,
        env._("KSeF refused the request. Correct what it names, then try again."),
        error,
    )


@_explain.register
def _explain_login_expired(error: LoginExpired, env):
    return _with_words(
        env,
        env._(
            "KSeF does not accept the current login any more. Odoo logs in again by itself; if "
            "this goes on, an administrator should press Connect in the KSeF settings."
        ),
        error,
    )


@_explain.register
def _explain_forbidden(error: Forbidden, env):
    return _with_words(env, _why_forbidden(error, env), error)


def _why_forbidden(error, env):
    _ = env._
    if error.required_permissions:
        return _(
            "KSeF did not allow this, because the login lacks a permission: %(permissions)s. "
            "Whoever manages permissions for the company in KSeF can grant it.",
            permissions=permission_names(env, error.required_permissions, _(" or ")),
        )
    sentences = {
        "missing-permissions": _(
            "KSeF did not allow this, because the login lacks a permission. Whoever manages "
            "permissions for the company in KSeF can grant it."
        ),
        "ip-not-allowed": _(
            "KSeF did not allow this, because the request came from another network address "
            "than the login. Odoo logs in again; if this goes on, ask your administrator whether "
            "the server's address changes."
        ),
        "insufficient-resource-access": _(
            "KSeF did not allow this, because what was asked for belongs to somebody else. Check "
            "the NIP of the company and whose certificate or token is in use."
        ),
        "auth-method-not-allowed": _(
            "KSeF does not allow this after a login of this kind. Log in with a certificate "
            "instead of a token."
        ),
        "security-service-blocked": _(
            "KSeF's protection against attacks blocked the request. Wait a while; if this goes "
            "on, contact the Ministry of Finance."
        ),
        "context-type-not-allowed": _(
            "KSeF does not allow this for the context chosen in the settings. Use the company's "
            "NIP as the context."
        ),
    }
    return sentences.get(
        error.reason_code,
        _("KSeF did not allow this. Check the permissions of the certificate or token in KSeF."),
    )


@_explain.register
def _explain_gone(error: Gone, env):
    return _with_words(
        env, env._("KSeF no longer keeps what was asked for, so it cannot be fetched."), error
    )


@_explain.register
def _explain_too_many_requests(error: TooManyRequests, env):
    return _with_words(
        env,
        env._(
            "KSeF limits how much may be asked in a while, and that limit is reached. Odoo goes "
            "on by itself after %s.",
            _moment(env, naive_utc(utc_now()) + timedelta(seconds=error.retry_after)),
        ),
        error,
    )


@_explain.register
def _explain_server_error(error: ServerError, env):
    return _with_words(
        env,
        env._(
            "KSeF has a failure of its own (HTTP status %s), so it is not known whether it took "
            "the request. Odoo asks KSeF before repeating anything.",
            error.status,
        ),
        error,
    )


@_explain.register
def _explain_login_refused(error: LoginRefused, env):
    _ = env._
    sentences = {
        415: _(
            "KSeF refused the login, because the holder of this certificate or token has no "
            "permission for this company. Check the company's NIP, and let whoever manages "
            "permissions for it in KSeF grant InvoiceWrite."
        ),
        425: _("The login was ended at KSeF. Press Connect in the KSeF settings to log in anew."),
        450: _(
            "KSeF refused the token. It may be revoked, expired or meant for another company or "
            "environment. Make a new token in KSeF and enter it in the settings."
        ),
        460: _(
            "KSeF refused the certificate. It may be revoked, expired or issued for another "
            "environment. Check it in KSeF, or upload another one."
        ),
        470: _("KSeF refused the login, because the holder of the certificate is deceased."),
        480: _(
            "KSeF has blocked this login for security reasons. Contact the Ministry of Finance; "
            "until then nothing can be sent."
        ),
        500: _("KSeF could not process the login because of its own failure. Odoo tries again."),
        550: _("KSeF cancelled the login for reasons of its own. Odoo tries again."),
    }
    sentence = sentences.get(
        error.code,
        _(
            "KSeF refused the login (code %s). Check the certificate or token and its "
            "permissions in KSeF.",
            error.code,
        ),
    )
    return _with_words(env, sentence, error)


@_explain.register
def _explain_login_pending(error: LoginPending, env):
    return env._(
        "KSeF is still checking the certificate with its issuer, which can take a few minutes. "
        "Odoo asks again by itself; nothing needs to be done."
    )


@_explain.register
def _explain_login_on_hold(error: LoginOnHold, env):
    return env._(
        "%(sentence)s Odoo does not try before %(until)s; an administrator can press Connect in "
        "the KSeF settings at any time.",
        sentence=error.say(env),
        until=_moment(env, error.until),
    )


@_explain.register
def _explain_no_usable_key(error: NoUsableKey, env):
    return env._(
        "KSeF publishes no key at the moment that Odoo could encrypt with, so nothing was sent. "
        "Odoo tries again by itself; if this goes on, check whether KSeF announces a failure."
    )


@_explain.register
def _explain_certificate_problem(error: CertificateProblem, env):
    return translated(env, error.template, error.values)


@_explain.register
def _explain_broken_package(error: BrokenPackage, env):
    return translated(env, error.template, error.values)


# -- words ------------------------------------------------------------------------


def translated(env, template, values):
    """A sentence of the protocol layer in the language of ``env``, its values put in."""
    return env._(template, **{name: _shown(env, value) for name, value in values.items()})


def permission_names(env, permissions, separator=", "):
    """Permissions as KSeF calls them, with what they are for where this addon uses them."""
    known = {
        "InvoiceWrite": env._("InvoiceWrite (sending invoices)"),
        "InvoiceRead": env._("InvoiceRead (fetching invoices)"),
    }
    return separator.join(known.get(permission, permission) for permission in permissions)


def _with_words(env, sentence, error):
    if not error.explanation:
        return sentence
    return env._("%(sentence)s KSeF says: “%(words)s”", sentence=sentence, words=error.explanation)


def _shown(env, value):
    if isinstance(value, Term):
        return env._(value)
    if isinstance(value, Named):
        return value.in_language(env.lang or "en_US")
    if isinstance(value, datetime):
        return format_date(env, value.astimezone(ZoneInfo(WARSAW)).date())
    if isinstance(value, date):
        return format_date(env, value)
    return value


def _moment(env, moment):
    return format_datetime(env, moment, tz=WARSAW, dt_format="short")
