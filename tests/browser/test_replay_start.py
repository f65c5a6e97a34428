"""When a recording says that it began, as the report's player reads it in the browser."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from tests import ROOT
from tests.made.videos import write_video

SCRIPT = ROOT / "dashboard" / "report" / "replay" / "start.js"
MADE_AT = datetime(2026, 3, 5, 9, 30, 7, tzinfo=UTC)
READ = """async ([script, coded]) => {
  const began = new Function(`${script}; return began`)();
  const bytes = Uint8Array.from(atob(coded), (one) => one.charCodeAt(0));
  return began(new File([bytes], 'recording'));
}"""


def read(browser: Browser, content: bytes) -> int | None:
    page = browser.new_page()
    coded = base64.b64encode(content).decode()
    began: int | None = page.evaluate(READ, [SCRIPT.read_text(encoding="utf-8"), coded])
    page.close()
    return began


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp4", "mpeg4"), ("a.mov", "mpeg4"), ("a.webm", "libvpx"), ("a.mkv", "libvpx")]
)
def test_a_recording_tells_when_it_began(browser: Browser, tmp_path: Path, name: str, codec: str) -> None:
    pictures = [np.zeros((48, 64, 3), np.uint8)] * 3
    with_time = write_video(tmp_path / name, pictures, codec=codec, made_at=MADE_AT).read_bytes()
    assert read(browser, with_time) == MADE_AT.timestamp() * 1000
    assert read(browser, write_video(tmp_path / f"no-{name}", pictures, codec=codec).read_bytes()) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        b"only words " * 100,
        b"\0\0\0\x10ftypmp42\0\0\0\0" + b"\0" * 64,
        b"\x1a\x45\xdf\xa3" * 9,
    ],
)
def test_what_tells_nothing_has_no_beginning(browser: Browser, content: bytes) -> None:
    assert read(browser, content) is None
