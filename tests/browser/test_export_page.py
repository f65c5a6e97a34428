"""Export and import as a person does them: a report page without a network, a file brought back."""

from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.sessions.demo import write_demo
from db.engine import open_database
from db.store import Store
from tests.browser.server import Server
from tests.made.faces import face, seconds
from tests.made.sessions import STARTED_AT, stored

PNG_START = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With a demo (1) and a small session (2)."""
    folder = tmp_path_factory.mktemp("export")
    store = Store(open_database(f"sqlite:///{(folder / 'attune.db').as_posix()}"))
    write_demo(store, STARTED_AT)
    store.add_marker(1, 60_000, "Topic", note="=1+1")
    stored(store, seconds([[face(1), face(2)]] * 20), '</script><script>document.title = "taken"</script>')
    with Server(folder / "attune.db", folder / "server.log", ATTUNE_RETENTION_DAYS="0") as running:
        yield running


def opened(browser: Browser, *, offline: bool = False) -> tuple[Page, list[str]]:
    """A page, and what it asks of the network and complains about."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, accept_downloads=True, offline=offline
    )
    page, troubles = context.new_page(), list[str]()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda told: troubles.append(told.text) if told.type == "error" else None)
    page.on(
        "request",
        lambda asked: troubles.append(asked.url) if asked.url.startswith(("http", "ws")) else None,
    )
    return page, troubles


def test_the_report_page_works_without_a_network(server: Server, browser: Browser, tmp_path: Path) -> None:
    page, _ = opened(browser)
    page.goto(f"{server.url}/export?session=1")
    with page.expect_download() as loaded:
        page.get_by_role("link", name="HTML").click()
    file = tmp_path / "report.html"
    loaded.value.save_as(file)
    page.context.close()

    page, troubles = opened(browser, offline=True)
    page.goto(file.as_uri())
    charts = page.locator(".chart")
    expect(page.locator(".chart .main-svg").first).to_be_visible()
    assert charts.count() >= 5 and all(charts.nth(n).locator("path").count() for n in range(charts.count()))
    for chart in ("engagement", "expressions", "engagement-of-people"):
        with page.expect_download() as saved:
            page.locator(f"[data-png={chart}]").click()
        saved.value.save_as(tmp_path / "chart.png")
        picture = (tmp_path / "chart.png").read_bytes()
        assert picture.startswith(PNG_START) and len(picture) > 10_000
    with page.expect_download() as saved:
        page.locator("[data-csv=engagement]").click()
    saved.value.save_as(tmp_path / "chart.csv")
    lines = (tmp_path / "chart.csv").read_text().splitlines()
    assert lines[0] == "time_s,engagement,lower,upper,counted" and len(lines) > 200
    assert page.get_by_text("Topic").count() >= 2, "in the table and on the charts"
    assert troubles == []
    page.context.close()


def test_a_title_cannot_run_in_the_report_page(server: Server, browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "hostile.html"
    with urlopen(f"{server.url}/download/2/html") as answer:
        file.write_bytes(answer.read())
    page, troubles = opened(browser, offline=True)
    page.goto(file.as_uri())
    expect(page.locator(".chart .main-svg").first).to_be_visible()
    assert page.title() != "taken" and "<script>" in page.locator("h1").inner_text()
    assert troubles == []
    page.context.close()


def test_a_long_csv_is_brought_back_and_a_broken_one_is_a_sentence(
    server: Server, browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "long.csv"
    with urlopen(f"{server.url}/download/2/long") as answer:
        file.write_bytes(answer.read())
    broken = tmp_path / "broken.csv"
    broken.write_bytes(file.read_bytes().replace(b"2026-03-05T09:30:03", b"yesterday", 1))
    page, _ = opened(browser)
    page.goto(f"{server.url}/export?session=2")
    page.get_by_role("tab", name="Import").click()
    page.locator("input[type=file]").set_input_files(broken)
    for label, choice in (("Purpose", "Research"), ("Where the people are", "Elsewhere")):
        page.get_by_role("combobox", name=label).click()
        page.get_by_role("option", name=choice, exact=True).click()
    page.get_by_text("Everyone in this file knows").click()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Nothing was imported. Line 8, column time_utc")).to_be_visible()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("Nothing was imported")).to_be_hidden()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("40 rows imported")).to_be_visible()
    page.get_by_role("link", name="Open its report").click()
    page.wait_for_url("**/report?session=3")
    with urlopen(f"{server.url}/download/3/long") as answer:
        again = answer.read()
    assert [line[2:] for line in again.splitlines()[1:]] == [
        line[2:] for line in file.read_bytes().splitlines()[1:]
    ]
    page.context.close()
