"""When a recording says that it began, as the report's player reads it in the browser."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from tests import ROOT
from tests.made.videos import write_video

SCRIPT = ROOT / "dashboard" / "report" / "replay" / "start.js"
MADE_AT = datetime(2026, 3, 5, 9, 30, 7, tzinfo=UTC)
READ = """async ([script, coded]) => {
  const began = new Function(`${script}; return began`)();
  const bytes = Uint8Array.from(atob(coded), (one) => one.charCodeAt(0));
  return began(new File([bytes], 'recording'));
}"""


ALIGN = (
    """([script, data, began, length]) => new Function(`${script}; return aligned`)()(data, began, length)"""
)
MADE_MS, LENGTH_S = MADE_AT.timestamp() * 1000, 600


def read(page: Page, content: bytes) -> int | None:
    coded = base64.b64encode(content).decode()
    began: int | None = page.evaluate(READ, [SCRIPT.read_text(encoding="utf-8"), coded])
    return began


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp4", "mpeg4"), ("a.mov", "mpeg4"), ("a.webm", "libvpx"), ("a.mkv", "libvpx")]
)
def test_a_recording_tells_when_it_began(page: Page, tmp_path: Path, name: str, codec: str) -> None:
    pictures = [np.zeros((48, 64, 3), np.uint8)] * 3
    with_time = write_video(tmp_path / name, pictures, codec=codec, made_at=MADE_AT).read_bytes()
    assert read(page, with_time) == MADE_AT.timestamp() * 1000
    assert read(page, write_video(tmp_path / f"no-{name}", pictures, codec=codec).read_bytes()) is None


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
def test_what_tells_nothing_has_no_beginning(page: Page, content: bytes) -> None:
    assert read(page, content) is None


@pytest.mark.parametrize(
    ("whole", "began_ms", "start_s", "told"),
    [
        (True, MADE_MS + 90_000, 0, "was made of a recording"),
        (False, None, 0, "does not say when it began"),
        (False, MADE_MS - 61_240, -61.2, "Put where the file says"),
        (False, MADE_MS + 300_000, 300, "Put where the file says"),
        (False, MADE_MS - 1000 * LENGTH_S, 0, "Is it another meeting's?"),
        (False, MADE_MS + 3_600_000, 0, "Is it another meeting's?"),
    ],
)
def test_a_recording_lies_where_it_began_if_the_session_was_then(
    page: Page, whole: bool, began_ms: float | None, start_s: float, told: str
) -> None:
    data = {"whole": whole, "started_ms": MADE_MS, "length_s": 1200}
    script = SCRIPT.read_text(encoding="utf-8")
    found, sentence = page.evaluate(ALIGN, [script, data, began_ms, LENGTH_S])
    assert found == start_s and told in sentence
