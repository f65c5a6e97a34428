"""What is no larger than a photo may be is taken in memory; more lies in a file without a name."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartParser

from dashboard.files.photo import MAX_MB
from dashboard.front_door import Rules
from dashboard.lifetime import PHOTO_BYTES, tell_streamlit

HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
TAIL = b"\r\n--b--\r\n"


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 1024 * 1024)
    monkeypatch.setattr("streamlit.config.set_option", lambda *_: None)
    tell_streamlit(Rules())


def uploaded(length: int) -> Any:
    """What Streamlit's upload route gets of a photo of this many bytes."""

    async def parsed() -> FormData:
        async def body() -> AsyncGenerator[bytes, None]:
            yield HEAD
            for begin in range(0, length, 65536):
                yield b"x" * min(65536, length - begin)
            yield TAIL

        headers = Headers({"content-type": "multipart/form-data; boundary=b"})
        return await MultiPartParser(headers, body()).parse()

    found = asyncio.run(parsed())["file"]
    assert isinstance(found, UploadFile) and found.size == length
    return found.file


def test_the_largest_photo_that_is_explained_never_leaves_the_memory() -> None:
    assert PHOTO_BYTES >= MAX_MB * 1024 * 1024
    assert not uploaded(MAX_MB * 1024 * 1024)._rolled


@pytest.mark.skipif(sys.platform != "linux", reason="only there the temporary file has no name at all")
def test_what_is_larger_lies_in_a_file_that_has_no_name_and_goes_with_the_server(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert uploaded(PHOTO_BYTES + 1)._rolled
    assert list(tmp_path.iterdir()) == []
