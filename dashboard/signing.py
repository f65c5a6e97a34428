"""What Streamlit is told of sign-in before it starts, and what a signed-in person or program asks of it."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import streamlit as st
from starlette.requests import Request
from streamlit import config

from dashboard.errors import DashboardError
from dashboard.resources import database, identities, live_tab, recordings_tab, settings, who
from dashboard.sign_in.identity import redirect_uri
from dashboard.sign_in.rules import metadata_address
from db.access import Access, Sessions, Who
from db.rights import accounts
from db.rights.shares import digest_of, session_of_link

if TYPE_CHECKING:
    from dashboard.rights.me_page import Opened

Seen = Callable[[Collection[int]], Mapping[int, int]]


def auth_secrets() -> dict[str, Any] | None:
    """What `st.login` works by; None where Attune signs nobody in. The state of a log-in is signed with the
    same secret, so that it may end on another replica, or after a restart."""
    with suppress(DashboardError):
        chosen = settings()
        if chosen.oidc_url and chosen.oidc_secret and chosen.cookie_secret:
            secret = chosen.cookie_secret.get_secret_value()
            config.set_option("server.cookieSecret", secret)
            return {
                "auth": {
                    "redirect_uri": redirect_uri(chosen),
                    "cookie_secret": secret,
                    "client_id": chosen.oidc_client,
                    "client_secret": chosen.oidc_secret.get_secret_value(),
                    "server_metadata_url": metadata_address(chosen.oidc_url),
                }
            }
    return None


def asks_proxy() -> bool:
    """Whether a proxy signs people in. Streamlit is told, so that nobody goes on with another's tab."""
    with suppress(DashboardError):
        if header := settings().user_header:
            config.set_option("server.trustedUserHeaders", {header: "sub"})
            return True
    return False


def is_by_tls() -> bool:
    """Whether people reach the server by TLS."""
    with suppress(DashboardError):
        return any(one.startswith("https://") for one in settings().public_origins)
    return False


def origin_of_tab() -> str:
    """The server's public address: as it is set, else, behind a proxy that may go without, as this tab has
    it."""
    if origins := settings().public_origins:
        return origins[0]
    scheme, _, rest = (st.context.url or "").partition("://")
    return f"{scheme}://{rest.partition('/')[0]}" if rest else ""


def sign_out() -> None:
    """End every sign-in of whoever looks at this tab. Raises DatabaseError."""
    cookies, headers = st.context.cookies, st.context.headers
    if (signed := identities().claimed(cookies, headers)) is not None:
        accounts.sign_out(database(), signed.subject, max(datetime.now(UTC), signed.at))


def seen_by(request: Request) -> Seen | None:
    """Which of some sessions whoever sent `request` may see, and of how many usable people at least, asked
    anew at each call; a program sends a link's token. None for nobody. Raises DatabaseError."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip() if scheme.lower() == "bearer" else ""
    opened = session_of_link(database(), token) if token else None

    def asked() -> Who:
        found = identities().who(request.cookies, request.headers)
        links = found.links | ({digest_of(token)} if token else frozenset())
        return Who(found.subject, found.mail, found.name, found.is_administrator, links, found.is_local)

    def seen(numbers: Collection[int]) -> dict[int, int]:
        sessions, group = Sessions(database(), asked()), max(2, settings().min_group_size)
        may = sessions.accesses(numbers)
        return {n: group if given < Access.READ else 0 for n, given in may.items() if given > Access.NONE}

    return seen if opened is not None or asked().subject is not None else None


def bind_tab() -> Who:
    """Whose tab this is; what it did for somebody else, whose cookie it had before, is ended."""
    asked = who(anew=True)
    if asked.is_local:
        return asked
    if st.session_state.get("whose", asked.subject) != asked.subject:
        live_tab().reset()
        recordings_tab().clear()
        st.session_state.clear()
    st.session_state["whose"] = asked.subject
    return asked


def who_sent(request: Request) -> Who:
    """Whose request this is. Raises DatabaseError."""
    return identities().who(request.cookies, request.headers)


def sessions_of(request: Request) -> Sessions:
    """What whoever sent `request` may see: the only way from a route to a session."""
    return Sessions(database(), who_sent(request))


def opened_by_code(found: "Opened | None" = None) -> "Opened | None":
    """Whose own data this tab may see, once a code was typed in it."""
    if found is not None:
        st.session_state["own"] = found
    own: Opened | None = st.session_state.get("own")
    return own
