"""All formats of a session in one zip, sent while it is written."""

import zipfile
from collections.abc import Iterable, Iterator

from dashboard.export.formats.sink import Sink
from dashboard.export.formats.source import ExportSource

Part = tuple[str, bool, Iterable[bytes]]
"""Name in the zip, whether it is packed already, and what gives its bytes in order."""

QUICK = 1
"""Of deflate's levels: a third larger than the usual one, three times as fast."""


def zip_pieces(source: ExportSource, parts: Iterable[Part]) -> Iterator[bytes]:
    """The zip in order; a part is begun when the one before it is sent.

    Raises SessionNotFoundError before the list of contents is written if the session was deleted meanwhile,
    so that what has come until then is no zip.
    """
    sink = Sink()
    archive = zipfile.ZipFile(sink, "w")
    for name, packed, pieces in parts:
        entry = zipfile.ZipInfo(name, source.session.started_at.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        # The archive's own level is not asked for entries made here, and Python 3.13 alone has a public name.
        entry._compresslevel = QUICK  # type: ignore[attr-defined]
        with archive.open(entry, "w", force_zip64=True) as file:
            for piece in pieces:
                file.write(piece)
                if packed_bytes := sink.taken():
                    yield packed_bytes
    source.check()
    archive.close()
    yield sink.taken()
