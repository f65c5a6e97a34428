"""Whose request or browser tab it is: read from its cookies and headers, and held against who signed out."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from dashboard.settings import Settings
from dashboard.sign_in.cookie import CookieRules, SignedIn, person_of, signed_in, trouble_with
from dashboard.sign_in.rules import CALLBACK
from db.access import LOCAL, STRANGER, Who
from db.rights.accounts import account_of, sign_in
from db.rights.shares import digest_of

OUT_AHEAD = (
    "You signed out by a clock that goes before this server's: sign in again in {minutes} min. Tell whoever "
    "runs it: its servers must keep the same time."
)
LINK_COOKIE = "attune_link_"
MOST_LINKS = 50


class Identities:
    """Tells who is asking; safe to share between threads. With no sign-in set everybody is LOCAL."""

    def __init__(self, settings: Settings, database: Callable[[], Engine]) -> None:
        self._database, self._header = database, settings.user_header.lower()
        self._administrator = settings.admin_claim
        self._rules: CookieRules | None = None
        if settings.oidc_url and settings.cookie_secret is not None:
            origin = settings.public_origins[0]
            lasts = timedelta(hours=settings.sign_in_hours)
            secret = settings.cookie_secret.get_secret_value()
            self._rules = CookieRules(secret, origin, lasts, settings.admin_claim)

    @property
    def are_asked(self) -> bool:
        """Whether anybody has to sign in on this server."""
        return self._rules is not None or bool(self._header)

    @property
    def by_proxy(self) -> bool:
        """Whether a proxy signs people in."""
        return bool(self._header)

    def who(self, cookies: Mapping[str, str], headers: Mapping[str, str]) -> Who:
        """Who sent these; may wait for the database. Raises DatabaseError."""
        if not self.are_asked:
            return LOCAL
        links = links_of(cookies)
        person = self.signed(cookies, headers)
        if person is None:
            return Who(links=links) if links else STRANGER
        return Who(person.subject, person.mail, person.name, person.is_administrator, links)

    def signed(self, cookies: Mapping[str, str], headers: Mapping[str, str]) -> SignedIn | None:
        """Who is signed in, and has not signed out since. Writes a sign-in down when it is new."""
        person = self.claimed(cookies, headers)
        if person is None:
            return None
        known = account_of(self._database(), person.subject)
        if known is not None and known.signed_out_at is not None and person.at <= known.signed_out_at:
            return None
        if known is None or (known.signed_in_at < person.at and not self.by_proxy):
            sign_in(
                self._database(),
                person.subject,
                person.mail,
                person.name,
                administrator=person.is_administrator,
                at=person.at,
            )
        return person

    def claimed(self, cookies: Mapping[str, str], headers: Mapping[str, str]) -> SignedIn | None:
        """Whom cookies or the proxy's header name, without asking whether they signed out."""
        now = datetime.now(UTC)
        if self._rules is not None:
            return signed_in(cookies, self._rules, now)
        name = self.named_by(headers)
        claims = {"sub": name, "email": name if "@" in name else None}
        return person_of(claims, now, self._administrator) if name else None

    def are_many(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether a request names two people: one is the proxy's, the other may be anybody's."""
        name = self._header.encode()
        return bool(name) and sum(one.lower() == name for one, _ in headers) > 1

    def trouble(self, cookies: Mapping[str, str]) -> str | None:
        """Why a sign-in counts for nobody, in a sentence for its person. Raises DatabaseError."""
        now = datetime.now(UTC)
        if self._rules is None:
            return None
        if (said := trouble_with(cookies, self._rules, now)) is not None:
            return said
        person = signed_in(cookies, self._rules, now)
        known = None if person is None else account_of(self._database(), person.subject)
        left = known.signed_out_at - now if known is not None and known.signed_out_at else timedelta(0)
        return OUT_AHEAD.format(minutes=left // timedelta(minutes=1) + 1) if left > timedelta(0) else None

    def named_by(self, headers: Mapping[str, str]) -> str:
        """Whom the proxy names; "" for nobody, or where none does."""
        return {one.lower(): value for one, value in headers.items()}.get(self._header, "").strip()

    def is_over(self, cookies: Mapping[str, str], headers: Mapping[str, str]) -> bool:
        """Whether a sign-in that counted once does not any more."""
        return self.signed(cookies, headers) is None


def redirect_uri(settings: Settings) -> str:
    """Where the provider sends people back to."""
    return settings.public_origins[0] + CALLBACK


def links_of(cookies: Mapping[str, str]) -> frozenset[str]:
    """The digests of the links that a browser came by: of many the newest, which browsers send last."""
    tokens = [value for name, value in cookies.items() if name.startswith(LINK_COOKIE)]
    return frozenset(digest_of(token) for token in tokens[-MOST_LINKS:])
