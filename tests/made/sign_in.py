"""People who sign in in Chromium, at the real server with a real provider."""

from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.server import Server
from tests.made.provider import settings_for


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
