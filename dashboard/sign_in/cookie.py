"""Streamlit's cookie of who signed in, read alike for a page and for a route of our own.

Streamlit signs the claims with itsdangerous under the cookie's name, and cuts a long cookie in parts that are
signed each under its own name. It looks at no expiry: how long a sign-in lasts is counted from its signature.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

from dashboard.sign_in.rules import has_claim

NAME = "_streamlit_user"
PARTS = re.compile(r"chunks-(\d{1,2})")
AHEAD = timedelta(minutes=10)
"""So far another server's clock may go before this one's."""
LONGEST = 255
OVER = "Your sign-in is over: it lasts {hours} hours. Sign in again; what you recorded is kept."
CLOCKS = (
    "You signed in by a clock that goes more than ten minutes before this server's. Tell whoever runs it: "
    "its servers must keep the same time."
)
UNUSABLE = (
    f"The sign-in service names you by nothing that can be kept: a subject of 1 to {LONGEST} printable "
    "characters is wanted. Tell whoever runs this server."
)


@dataclass(frozen=True, slots=True)
class CookieRules:
    """`origin`: what the cookie was signed for; `lasts`: how long a sign-in is good for; `administrator`: the
    claim of one, "" for nobody."""

    secret: str
    origin: str
    lasts: timedelta
    administrator: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in and when (aware UTC, whole seconds). `mail`: one that the provider does not doubt."""

    subject: str
    mail: str | None
    name: str
    is_administrator: bool
    at: datetime


def signed_in(cookies: Mapping[str, str], rules: CookieRules, now: datetime) -> SignedIn | None:
    """Whom the cookies name at `now`; None for nobody: a forged, foreign or old one, an unusable subject."""
    found = _read(cookies, rules.secret)
    if found is None:
        return None
    claims, at = found
    if not _is_ours(claims, rules):
        return None
    if not now - rules.lasts < at < now + AHEAD:
        return None
    return person_of(claims, at, rules.administrator)


def trouble_with(cookies: Mapping[str, str], rules: CookieRules, now: datetime) -> str | None:
    """Why a sign-in that this server did sign counts for nobody, to show to whom it is; None where there is
    none, or where it counts."""
    found = _read(cookies, rules.secret)
    if found is None or not _is_ours(found[0], rules) or signed_in(cookies, rules, now) is not None:
        return None
    _, at = found
    if at >= now + AHEAD:
        return CLOCKS
    if at <= now - rules.lasts:
        return OVER.format(hours=f"{rules.lasts / timedelta(hours=1):g}")
    return UNUSABLE


def person_of(claims: Mapping[str, Any], at: datetime, administrator: str) -> SignedIn | None:
    """Whom a provider's claims are about; None where their subject cannot be stored as it is."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST or not subject.isprintable():
        return None
    mail = claims.get("email")
    trusted = isinstance(mail, str) and claims.get("email_verified") in (True, "true", None)
    mail = mail.strip().lower() if trusted and isinstance(mail, str) else None
    if mail is not None and (len(mail) > LONGEST or not mail.isprintable() or "@" not in mail):
        mail = None
    name = claims.get("name")
    shown = name if isinstance(name, str) and name.strip() else mail or subject
    return SignedIn(subject, mail, " ".join(shown.split())[:100], has_claim(claims, administrator), at)


def _is_ours(claims: Mapping[str, Any], rules: CookieRules) -> bool:
    return claims.get("origin") == rules.origin and claims.get("is_logged_in") is True


def _read(cookies: Mapping[str, str], secret: str) -> tuple[dict[str, Any], datetime] | None:
    try:
        text, at = _unsigned(cookies, NAME, secret)
        if parts := PARTS.fullmatch(text):
            text = "".join(_unsigned(cookies, f"{NAME}_{n + 1}", secret)[0] for n in range(int(parts[1])))
        claims = json.loads(text)
    except (BadSignature, KeyError, ValueError, RecursionError):
        return None
    return (claims, at) if isinstance(claims, dict) else None


def _unsigned(cookies: Mapping[str, str], name: str, secret: str) -> tuple[str, datetime]:
    text, at = URLSafeTimedSerializer(secret, salt=name).loads(cookies[name], return_timestamp=True)
    if not isinstance(text, str):
        raise BadSignature("no text")
    return text, at.astimezone(UTC)
