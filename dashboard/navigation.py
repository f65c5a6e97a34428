"""The pages, in the order of the menu."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PageEntry:
    """`file` stands in pages/; `title` is the menu's word; `icon` a Material symbol. `hidden`:
    reached by links only."""

    file: str
    title: str
    icon: str
    default: bool = False
    hidden: bool = False

    @property
    def path(self) -> str:
        return f"pages/{self.file}"

    @property
    def url(self) -> str:
        """Where a new tab finds it, seen from the first page."""
        return self.file.removesuffix(".py")


LIVE = PageEntry("live.py", "Live", ":material/videocam:", default=True)
RECORDINGS = PageEntry("recordings.py", "Recordings", ":material/video_file:")
SESSIONS = PageEntry("sessions.py", "Sessions", ":material/list:")
PRESENTER = PageEntry("presenter.py", "Presenter", ":material/present_to_all:", hidden=True)
REPORT = PageEntry("report.py", "Report", ":material/monitoring:", hidden=True)
COMPARE = PageEntry("compare.py", "Compare", ":material/compare_arrows:", hidden=True)
SUMMARY = PageEntry("summary.py", "Summary", ":material/print:", hidden=True)
EXPORT = PageEntry("export.py", "Export", ":material/download:", hidden=True)
MODEL = PageEntry("model.py", "Model", ":material/psychology:")
CONNECTION = PageEntry("connection.py", "Connection", ":material/cable:", hidden=True)
HELP = PageEntry("help.py", "Help", ":material/help:")

PAGES: tuple[PageEntry, ...] = (
    LIVE,
    SESSIONS,
    RECORDINGS,
    MODEL,
    HELP,
    REPORT,
    COMPARE,
    EXPORT,
    SUMMARY,
    PRESENTER,
    CONNECTION,
)
