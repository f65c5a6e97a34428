"""A real OpenID Connect provider beside the real server, and people who sign in with it in Chromium."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import oidc_provider_mock  # type: ignore[import-untyped]
from oidc_provider_mock import User
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.server import Server

COOKIE_SECRET = "made for these tests alone, and long enough"
PEOPLE = ("ana", "ben", "root")
ADMINISTRATOR = "email=root@example.org"


def claims_of(name: str) -> dict[str, object]:
    return {"email": f"{name}@example.org", "email_verified": True, "name": name.title()}


@contextmanager
def provider(people: tuple[str, ...] = PEOPLE) -> Iterator[str]:
    """The address of a provider that knows `people`."""
    users = [User(sub=one, claims=claims_of(one)) for one in people]
    with oidc_provider_mock.run_server_in_thread(user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"


def settings_for(address: str, url: str) -> Mapping[str, str]:
    """What a server at `url` is told to sign people in with the provider at `address`."""
    return {
        "ATTUNE_OIDC_URL": address,
        "ATTUNE_OIDC_CLIENT": "attune",
        "ATTUNE_OIDC_SECRET": "a client's secret",
        "ATTUNE_COOKIE_SECRET": COOKIE_SECRET,
        "ATTUNE_PUBLIC_URL": url,
        "ATTUNE_ADMIN_CLAIM": ADMINISTRATOR,
        "ATTUNE_RETENTION_DAYS": "0",
    }


def signed_server(database: Path, log: Path, address: str, **settings: str) -> Server:
    """A server that asks people to sign in; not started."""
    server = Server(database, log)
    server.set(**settings_for(address, server.url), **settings)
    return server


def sign_in(page: Page, server: Server, name: str, path: str = "/") -> None:
    """Go through the provider's page as `name`, and stand on the app's first page."""
    page.goto(server.url + path)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_placeholder("sub").fill(name)
    page.get_by_role("button", name="Authorize", exact=True).click()
    expect(page.get_by_test_id("stApp").get_by_role("button", name=name.title())).to_be_visible()


def somebody(browser: Browser, server: Server, name: str) -> tuple[BrowserContext, Page]:
    """A browser of their own in which `name` is signed in."""
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, server, name)
    return context, page
