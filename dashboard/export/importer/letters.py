"""The bytes of a text file to its lines, in whatever encoding and with whatever ends of line it was saved."""

import codecs
import re
from collections.abc import Iterator
from itertools import chain
from typing import IO

from dashboard.errors import ImportRefusedError

LONGEST_LINE = PIECE_BYTES = 65_536
HOW = "Import a long CSV as the Export page gives it."
ENDLESS = "The file's last line has no end; it is whole and was read."
WORKBOOK = b"PK\x03\x04"
UTF_8, WESTERN = "utf-8-sig", "cp1252"
AS_WESTERN = (
    "The file is not in UTF-8: its letters were read as Western European ones (Windows-1252), such as {!r}. "
    "If that is wrong, delete this session, save the file as “CSV UTF-8” and import it again."
)
WORD_ENDS = re.compile(r"[\s,;\"]")


def text_lines(file: IO[bytes], notes: list[str]) -> Iterator[str]:
    """Every line, ending in "\\n", a piece of the file in memory at a time; the last may have no end.

    `notes` gets sentences about how it was read. Raises ImportRefusedError for what is no text, or has lines
    without end.
    """
    start = file.read(PIECE_BYTES)
    if start.startswith(WORKBOOK):
        raise ImportRefusedError(
            "Wanted a long CSV; this is a workbook or a ZIP archive. Save its table as “CSV UTF-8”, or "
            "unpack the CSV in it, and import that."
        )
    letters = _Letters(start, notes)
    left, number = "", 0
    for piece in chain([start], iter(lambda: file.read(PIECE_BYTES), b""), [b""]):
        *whole, left = (left + letters.of(piece, number)).split(letters.line_end)
        for number, line in enumerate(whole, number + 1):  # noqa: B020
            yield _short(line, number) + "\n"
        _short(left, number + 1)
    if left:
        notes.append(ENDLESS)
        yield left


class _Letters:
    """Decodes a file piece by piece; one whose first letter beyond ASCII is no UTF-8 is Excel's "CSV"."""

    def __init__(self, start: bytes, notes: list[str]) -> None:
        self._notes = notes
        self._use(_encoding(start))
        self._is_plain = not start.startswith(codecs.BOM_UTF8)
        ends = start.replace(b"\0", b"")
        self.line_end = "\r" if b"\r" in ends and b"\n" not in ends else "\n"

    def of(self, piece: bytes, lines: int) -> str:
        """The text of the next piece, the last one empty. `lines`: how many came before it."""
        try:
            text = self._decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            data, at = error.object, error.start
            if self._encoding == UTF_8 and self._is_plain and data[:at].isascii():
                return self._western(data, at, lines)
            line = lines + data.count(self.line_end.encode(), 0, at) + 1
            raise ImportRefusedError(_no_text(self._encoding, error, line)) from error
        self._is_plain = self._is_plain and text.isascii()
        return text

    def _western(self, data: bytes, at: int, lines: int) -> str:
        self._use(WESTERN)
        text = self.of(data, lines)
        word = WORD_ENDS.split(text[:at])[-1] + WORD_ENDS.split(text[at:])[0]
        self._notes.append(AS_WESTERN.format(word))
        return text

    def _use(self, encoding: str) -> None:
        self._encoding, self._decoder = encoding, codecs.getincrementaldecoder(encoding)()


def _encoding(start: bytes) -> str:
    """UTF-16 marked or not: a header is of plain letters, so every other byte is 0."""
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    if start[1:4:2] == b"\0\0":
        return "utf-16-le"
    return "utf-16-be" if start[:4:2] == b"\0\0" else UTF_8


def _no_text(encoding: str, error: UnicodeDecodeError, line: int) -> str:
    if encoding.startswith("utf-16"):
        return f"The file is not whole UTF-16 ({error.reason}). {HOW}"
    return (
        f"Line {line} is not in UTF-8 (byte {error.object[error.start]:#04x}). A spreadsheet writes it as "
        f"“CSV UTF-8”. {HOW}"
    )


def _short(line: str, number: int) -> str:
    if len(line) >= LONGEST_LINE:
        raise ImportRefusedError(
            f"Line {number} is longer than {LONGEST_LINE} signs, so this is no long CSV. {HOW}"
        )
    return line
