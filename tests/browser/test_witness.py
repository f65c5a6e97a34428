"""The kernel's own account of a live session with sound, a photo and a recording: what is written, who told.

README's sentences about privacy rest on this test: databases and the log are written, no picture is, and
nobody but this machine is spoken to.
"""

import ipaddress
import re
from pathlib import Path

import numpy as np
import psutil
import pytest
from playwright.sync_api import Page, expect

from model.behaviour.voice import is_installed
from tests.browser.server import Server
from tests.browser.steps import agree, choose, frames, rows, start
from tests.made.media import face_grid
from tests.made.photos import bgr_png
from tests.made.system_calls import Account, needs_strace, read_account, traced_to
from tests.made.videos import moving_face, write_video
from tests.made.waiting import wait_until

PICTURES = (
    *(b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"\x1aE\xdf\xa3", b"BM"),
    *(b"OggS", b"fLaC", b"ID3", b"caff"),
)
"""How files of images, videos and sound begin."""
UPLOADS = re.compile(r"/attune-uploads-[^/]+(/.*)?$")
UNNAMED = re.compile(r"/#\d+( \(deleted\))?$")
PROBE = re.compile(r"/[a-z0-9_]{8}$")
"""Python tries with a word and a name like this whether a folder for temporary files can be written."""
MULTICAST_DNS = {"224.0.0.251", "ff02::fb"}
"""Whom aiortc asks for the address behind a name that a browser sends instead; it stays in the network."""


def large_photo() -> bytes:
    """A face beside noise: more than a megabyte, from where on uploads used to be written to a file."""
    image = face_grid(1, 1, 900, 700)
    image[:, 450:] = np.random.default_rng(5).integers(0, 256, (700, 450, 3), np.uint8)
    return bgr_png(image)


def explain(page: Page, server: Server, photo: Path) -> None:
    page.goto(f"{server.url}/model?part=Explain+a+photo")
    page.locator("input[type=file]").set_input_files(photo)
    expect(page.get_by_text("1 face found.")).to_be_visible()


def analyse(page: Page, server: Server, clip: Path) -> None:
    page.goto(f"{server.url}/recordings")
    page.locator("input[type=file]").set_input_files(clip)
    choose(page, "Purpose", "My own rehearsal")
    choose(page, "Where the people are", "EU or UK")
    page.get_by_text(re.compile("has agreed to it")).click()
    page.get_by_role("button", name="Analyse", exact=True).click()
    expect(page.get_by_role("button", name="Analyse other files")).to_be_visible()


def be_live(page: Page, server: Server, database: Path) -> None:
    agree(page, server, sound=is_installed())
    start(page)
    wait_until(lambda: frames(database) > 20)
    if is_installed():
        wait_until(lambda: rows(database, "select count(voice) from frame") > [(5,)])


@needs_strace
@pytest.mark.timeout(300)
def test_databases_and_the_log_are_written_no_picture_is_and_nobody_outside_is_told(
    tmp_path: Path, page: Page
) -> None:
    folder = tmp_path
    (folder / "temporary").mkdir()
    database, temporary, trace = folder / "attune.db", folder / "temporary", folder / "trace"
    photo, clip = folder / "photo.png", write_video(folder / "clip.mp4", moving_face(30))
    photo.write_bytes(large_photo())
    assert photo.stat().st_size > 1_000_000
    with Server(
        database,
        folder / "log",
        under=traced_to(trace),
        PYTHONDONTWRITEBYTECODE="1",
        TMPDIR=str(temporary),
    ) as server:
        be_live(page, server, database)
        explain(page, server, photo)
        analyse(page, server, clip)
        assert server.process is not None
    account = read_account(trace, server.process.pid)
    assert len(rows(database, "select id from session")) == 2
    no_other_file_was_written(account, database, temporary)
    nobody_outside_was_told(account)
    nothing_of_a_picture_is_left(folder, (photo, clip))
    assert list(temporary.iterdir()) == []


def no_other_file_was_written(account: Account, database: Path, temporary: Path) -> None:
    """Databases, the log, and while a recording is analysed its private folder and its numbers."""
    own = {f"{database}{suffix}" for suffix in ("", "-wal", "-shm", "-journal")} | {
        str(database.parent / "log")
    }
    assert str(database) in account.written
    others = {path for path in account.written if path not in own}
    uploads = {path for path in others if UPLOADS.search(path)}
    unnamed = {path for path in others if UNNAMED.search(path) or path.endswith(" (deleted)")}
    probes = {path for path in others - unnamed if PROBE.search(path) and account.written[path] <= {b"blat"}}
    assert {Path(path).suffix for path in uploads} <= {"", ".mp4"} and uploads
    assert sorted(others - uploads - unnamed - probes) == []
    for path in account.written.keys() - uploads:
        begun = [one for one in account.written[path] if one.startswith(PICTURES)]
        assert not begun, f"{path} begins like a picture: {begun}"


def nobody_outside_was_told(account: Account) -> None:
    here = {one.address.partition("%")[0] for every in psutil.net_if_addrs().values() for one in every}
    outside = {
        told
        for told in account.told - here - MULTICAST_DNS
        if not (ipaddress.ip_address(told).is_loopback or ipaddress.ip_address(told).is_unspecified)
    }
    assert outside == set()


def nothing_of_a_picture_is_left(folder: Path, pictures: tuple[Path, ...]) -> None:
    parts = [
        picture.read_bytes()[at : at + 48]
        for picture in pictures
        for at in range(1000, picture.stat().st_size - 48, max(1, picture.stat().st_size // 8))
    ]
    assert len(parts) >= 10
    left = [one for one in folder.rglob("*") if one.is_file() and one not in pictures and one.name != "trace"]
    assert folder / "attune.db" in left
    for one in left:
        content = one.read_bytes()
        assert not any(part in content for part in parts), one
