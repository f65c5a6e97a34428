"""Seven people who ask for one session, with the cookies that the real provider's answer would have left."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine

from dashboard.sign_in.cookie import NAME
from dashboard.sign_in.identity import LINK_COOKIE
from db.access import Who
from db.rights.shares import make_link, revoke, share_with, shares_of
from db.store import Store
from tests.made.faces import face, seconds
from tests.made.sessions import stored
from tests.made.storage import open_empty

ORIGIN = "https://attune.example.org"
SECRET = "made for these tests alone, and long enough"
TITLE, PERSON = "Zanzibar review", "Zora"
PEOPLE = ("stranger", "other", "reader", "group", "revoked", "owner", "administrator")
SETTINGS = {
    "ATTUNE_OIDC_URL": "https://login.example.org",
    "ATTUNE_OIDC_CLIENT": "attune",
    "ATTUNE_OIDC_SECRET": "a client's secret",
    "ATTUNE_COOKIE_SECRET": SECRET,
    "ATTUNE_PUBLIC_URL": ORIGIN,
    "ATTUNE_ADMIN_CLAIM": "groups=admins",
    "ATTUNE_RETENTION_DAYS": "0",
    "ATTUNE_MIN_GROUP_SIZE": "2",
}


def signed(subject: str, **claims: object) -> dict[str, str]:
    """The cookie of who signed in just now."""
    told = {"sub": subject, "origin": ORIGIN, "is_logged_in": True, "provider": "default", **claims}
    return {NAME: URLSafeTimedSerializer(SECRET, salt=NAME).dumps(json.dumps(told))}


class Shared:
    """A database with one session of "owner", and the cookies of everybody in PEOPLE."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        url = f"sqlite:///{(folder / 'attune.db').as_posix()}"
        for name, value in {**SETTINGS, "ATTUNE_DATABASE_URL": url}.items():
            monkeypatch.setenv(name, value)
        st.cache_resource.clear()
        self.engine: Engine = open_empty(folder / "attune.db")
        owner = Who("owner")
        store = Store(self.engine, owner)
        began = datetime.now(UTC) - timedelta(hours=1)
        frames = seconds([(face(1), face(2), face(3))] * 90)
        self.session_id = stored(store, frames, TITLE, started_at=began)
        store.name_participant(self.session_id, 1, PERSON)
        share_with(self.engine, owner, self.session_id, "reader", group_only=False)
        self.tokens = {
            name: make_link(self.engine, owner, self.session_id, group_only=True)
            for name in ("group", "revoked")
        }
        revoke(self.engine, owner, shares_of(self.engine, self.session_id)[0].id)

    def cookies(self, name: str) -> Mapping[str, str]:
        """What this person's browser sends."""
        if name in self.tokens:
            return {f"{LINK_COOKIE}{self.session_id}": self.tokens[name]}
        if name == "stranger":
            return {}
        return signed(name, **({"groups": ["staff", "admins"]} if name == "administrator" else {}))
