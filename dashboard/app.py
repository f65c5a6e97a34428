"""Entry point, for `streamlit run dashboard/app.py`.

The server imports this file and finds `app`: Streamlit with the routes of downloads and events beside it,
behind the front door. For each run of a page Streamlit executes the file again, as the script.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# `streamlit run dashboard/app.py` puts dashboard/ first, where its modules would shadow the packages.
if sys.path[0] != str(ROOT):
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from starlette.types import ASGIApp  # noqa: E402
from streamlit.navigation.page import StreamlitPage  # noqa: E402

from dashboard.event_stream.route import feed_routes  # noqa: E402
from dashboard.export.routes import download_routes  # noqa: E402
from dashboard.front_door import FrontDoor  # noqa: E402
from dashboard.health.routes import health_routes  # noqa: E402
from dashboard.lifetime import lifetime, rules  # noqa: E402
from dashboard.navigation import LIVE, PAGES, Opens, PageEntry  # noqa: E402
from dashboard.resources import (  # noqa: E402
    database,
    heart,
    identities,
    live_tab,
    running,
    settings,
    start_up_problem,
    start_upkeep,
    store,
    watched,
)
from dashboard.sign_in.door import SignInDoor  # noqa: E402
from dashboard.sign_in.page import show_account, show_sign_in  # noqa: E402
from dashboard.sign_in.routes import link_routes  # noqa: E402
from dashboard.signing import (  # noqa: E402
    asks_proxy,
    auth_secrets,
    bind_tab,
    is_by_tls,
    seen_by,
    sessions_of,
    sign_out,
)
from dashboard.voting.routes import vote_routes  # noqa: E402
from db.access import LOCAL, Who  # noqa: E402
from db.errors import DatabaseError  # noqa: E402

LOOKS = """<style>
[data-testid="stMainBlockContainer"] {padding-top: 4rem; padding-bottom: 4rem}
@media print {[data-testid="stMainBlockContainer"] {padding-top: 0} .st-key-account {display: none}}
.st-key-account {position: fixed; top: .6rem; right: 1rem; width: auto; z-index: 999991}
@media (max-width: 768px) {.st-key-account [data-testid="stMarkdownContainer"] {max-width: 9rem}}
@media (max-width: 640px) {
  .st-key-session-bar [data-testid="stIconMaterial"], .st-key-session-bar strong > span {display: none}
  .st-key-session-bar [data-testid="stPageLink-NavLink"] {padding-inline: 0}
}
.st-key-account button [data-testid="stMarkdownContainer"] p {
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap}
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * {
  color: light-dark(#4f5a65, #b4bec8); opacity: 1}
[data-testid="stCaptionContainer"] a {color: inherit}
button[data-selected="true"] *, button[kind="tertiary"]:is(:hover, :active, [aria-expanded="true"]) * {
  color: light-dark(#0b6580, #6cc5dc)}
</style>"""
"""Who is signed in stands in the header's own line. Streamlit leaves 96 px above every title, an eighth of a
small screen; writes captions at 4.2:1; and no one colour can be read both under white and on a dark page, as
a pressed choice and a word that is pressed want it."""


def run_page() -> None:
    """Draw the menu and the page the person chose, or the sentence that says why none can be drawn."""
    # Asked before anything is drawn: while the database is waited for, a browser would draw the first half of
    # a page by itself, and all of it again.
    problem, who = _asked()
    # A file of our own: the browser would fetch a named icon from elsewhere, at every page.
    st.set_page_config(page_title="Attune", page_icon=ROOT / "dashboard" / "icon.svg", layout="wide")
    st.logo(ROOT / "dashboard" / "wordmark.svg")
    st.html(LOOKS)
    page = st.navigation(
        [
            st.Page(
                ROOT / entry.path,
                title=entry.title,
                icon=entry.icon,
                default=entry.default,
                visibility="hidden" if entry.hidden or not _opens(entry, who) else "visible",
            )
            for entry in PAGES
        ],
        position="top",
    )
    st.set_page_config(page_title=f"{page.title} · Attune")
    if problem is not None:
        st.error(problem, icon=":material/error:")
        st.stop()
    try:
        _show(page, who)
    except DatabaseError as error:
        st.error(str(error), icon=":material/database_off:")


def _asked() -> tuple[str | None, Who]:
    """Why no page can be drawn, if so, and whose tab this is."""
    problem = start_up_problem()
    if problem is None:
        try:
            return None, bind_tab()
        except DatabaseError as error:
            problem = str(error)
    return problem, LOCAL


def _show(page: StreamlitPage, who: Who) -> None:
    if who.subject is not None:
        show_account(who, None if identities().by_proxy else sign_out)
        _look_again(who, just_asked=[True])
    if not _opens(next(entry for entry in PAGES if entry.title == page.title), who):
        trouble = None if who.subject else identities().trouble(st.context.cookies)
        show_sign_in(who, trouble, by_proxy=identities().by_proxy)
        return
    if who.is_local or who.is_administrator:
        _warn_of_the_clock()
    if live_tab().now().setup is not None:
        # Perception, charts and WebRTC are not needed before a set-up is agreed.
        from dashboard.live.stage import show_stage

        show_stage(live_tab(), settings(), database(), store(), on_live=page.title == LIVE.title)
    page.run()


def _opens(entry: PageEntry, who: Who) -> bool:
    return (
        who.is_local
        or {
            Opens.ANYBODY: True,
            Opens.LINK: who.may_record or bool(who.links),
            Opens.ACCOUNT: who.may_record,
            Opens.ADMINISTRATOR: who.is_administrator,
        }[entry.opens]
    )


@st.fragment(run_every=2.0)
def _look_again(who: Who, just_asked: list[bool]) -> None:
    """An open tab that is not used: the sign-in page stands in it once its person has signed out. With the
    whole page, which has just asked, this only waits."""
    if just_asked:
        just_asked.clear()
    elif bind_tab().subject != who.subject:
        st.rerun()


def _warn_of_the_clock() -> None:
    """On every page, until somebody has looked: sessions would be deleted by a clock that may be wrong."""
    upkeep = start_upkeep()
    if upkeep.warning is not None:
        st.warning(upkeep.warning, icon=":material/schedule:")
        st.button("The clock is right: delete them", key="clock_is_right", on_click=upkeep.confirm)


if __name__ == "__main__":
    run_page()
else:
    watching = health_routes(database, settings, running, lambda: door.refused, lambda: heart().meter.last)
    signs_in = auth_secrets()
    routes = [
        *download_routes(sessions_of, settings),
        *feed_routes(settings, watched, seen_by),
        *link_routes(identities, database),
        *vote_routes(database),
        *watching,
    ]
    # Streamlit finds the name `app` by this line, and the server then takes what it means in the end.
    app: ASGIApp = st.App(
        Path(__file__).resolve(),
        routes=routes,
        lifespan=lifetime,
        secrets=signs_in,
    )
    if signs_in is not None or asks_proxy():
        app = SignInDoor(app, identities, secure=is_by_tls())
    door: FrontDoor = FrontDoor(app, rules)
    app = door
