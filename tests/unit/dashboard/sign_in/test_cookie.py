"""Streamlit's cookie of who signed in: odd subjects, clocks that differ, forged and foreign ones."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer
from streamlit.auth_util import set_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from dashboard.sign_in.cookie import AHEAD, LONGEST, NAME, CookieRules, person_of, signed_in, trouble_with
from dashboard.sign_in.identity import LINK_COOKIE, MOST_LINKS, links_of
from db.rights.shares import digest_of
from tests.made.rights import ORIGIN, SECRET, signed

RULES = CookieRules(SECRET, ORIGIN, timedelta(hours=12), "groups=admins")
NOW = datetime.now(UTC)
SUBJECTS = ["zoë", "漢字", "İstanbul", 'o\'neil; drop="1"', "Ana", "x" * LONGEST, "😀", "a b", "-1", "None"]
UNUSABLE = [
    "",
    "x" * (LONGEST + 1),
    "ana\nroot",
    "ana\r",
    "ana\0",
    "\u202eana",
    "a\u200bna",
    "\ud800",
    7,
    None,
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_is_taken_as_it_is(subject: str) -> None:
    found = signed_in(signed(subject), RULES, NOW)
    assert found is not None and (found.subject, found.is_administrator) == (subject, False)
    assert trouble_with(signed(subject), RULES, NOW) is None


@pytest.mark.parametrize("subject", UNUSABLE)
def test_a_subject_that_cannot_be_kept_is_nobody_and_is_told_why(subject: Any) -> None:
    assert signed_in(signed(subject), RULES, NOW) is None
    said = trouble_with(signed(subject), RULES, NOW)
    assert said is not None and "printable" in said


@given(
    st.text() | st.none() | st.integers(), st.text() | st.none(), st.text() | st.lists(st.text()) | st.none()
)
def test_whatever_a_provider_claims_is_somebody_who_can_be_kept_or_nobody(
    subject: object, mail: object, name: object
) -> None:
    found = person_of({"sub": subject, "email": mail, "name": name}, NOW, "groups=admins")
    if found is not None:
        assert found.subject == subject and found.subject.isprintable() and len(found.subject) <= LONGEST
        assert found.mail is None or ("@" in found.mail and found.mail.isprintable())
        assert found.name.strip() and len(found.name) <= 100 and not found.is_administrator


@pytest.mark.parametrize("doubted", [False, "false", 0, "no"])
def test_a_mail_address_that_the_provider_doubts_is_none(doubted: object) -> None:
    found = person_of({"sub": "ben", "email": "ana@example.org", "email_verified": doubted}, NOW, "")
    assert found is not None and found.mail is None


@pytest.mark.parametrize(
    ("after", "is_in", "said"),
    [
        (timedelta(hours=12, seconds=-30), True, None),
        (timedelta(hours=12, seconds=30), False, "lasts 12 hours"),
        (-AHEAD + timedelta(seconds=30), True, None),
        (-timedelta(minutes=5), True, None),
        (-AHEAD - timedelta(seconds=30), False, "same time"),
    ],
)
def test_a_sign_in_lasts_its_hours_and_clocks_may_differ_by_minutes(
    after: timedelta, is_in: bool, said: str | None
) -> None:
    cookies, then = signed("ana"), datetime.now(UTC) + after
    assert (signed_in(cookies, RULES, then) is not None) is is_in
    told = trouble_with(cookies, RULES, then)
    assert told is said is None or (told is not None and said is not None and said in told)


def other_secret() -> dict[str, str]:
    return _made(URLSafeTimedSerializer("another secret", salt=NAME))


def other_salt() -> dict[str, str]:
    """Such as the cookie of the tokens, put in the place of the other."""
    return _made(URLSafeTimedSerializer(SECRET, salt=f"{NAME}_tokens"))


def _made(by: URLSafeTimedSerializer, **claims: object) -> dict[str, str]:
    told = {"sub": "ana", "origin": ORIGIN, "is_logged_in": True, **claims}
    return {NAME: str(by.dumps(json.dumps(told)))}


def other_origin() -> dict[str, str]:
    return signed("ana", origin="https://elsewhere.example.org")


def logged_out() -> dict[str, str]:
    return signed("ana", is_logged_in=False)


def changed() -> dict[str, str]:
    return {NAME: signed("ana")[NAME][:-3] + "AAA"}


def parts_without_an_end() -> dict[str, str]:
    by = URLSafeTimedSerializer(SECRET, salt=NAME)
    return {NAME: str(by.dumps("chunks-99"))}


@pytest.mark.parametrize(
    "forged", [other_secret, other_salt, other_origin, logged_out, changed, parts_without_an_end, dict]
)
def test_a_forged_or_foreign_cookie_is_nobody_and_is_told_nothing(
    forged: Callable[[], dict[str, str]],
) -> None:
    assert signed_in(forged(), RULES, NOW) is None
    assert trouble_with(forged(), RULES, NOW) is None


@given(st.text(max_size=300))
def test_any_text_for_a_cookie_is_nobody(text: str) -> None:
    assert signed_in({NAME: text}, RULES, NOW) is None


def test_a_cookie_that_streamlit_cut_in_parts_is_one_person_and_nobody_without_a_part() -> None:
    groups = [digest_of(str(n)) for n in range(200)]  # Streamlit makes what repeats itself short
    claims = {"sub": "ana", "origin": ORIGIN, "is_logged_in": True, "groups": [*groups, "admins"]}
    cookies: dict[str, str] = {}

    def sign(name: str, value: str) -> bytes:
        return create_signed_value(SECRET, name, value)

    def keep(name: str, value: str) -> None:
        cookies[name] = sign(name, value).decode()

    set_cookie_with_chunks(keep, sign, NAME, claims, cookie_attr_size=60)
    assert len(cookies) > 2
    found = signed_in(cookies, RULES, datetime.now(UTC))
    assert found is not None and found.is_administrator
    for name in cookies:
        assert signed_in({**cookies, name: "x"}, RULES, datetime.now(UTC)) is None


def test_of_many_links_the_newest_open_their_sessions() -> None:
    cookies = {f"{LINK_COOKIE}{number}": f"token {number}" for number in range(MOST_LINKS + 5)}
    found = links_of(cookies)
    assert len(found) == MOST_LINKS and digest_of(f"token {MOST_LINKS + 4}") in found
