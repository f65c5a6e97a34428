"""The pages, in the order of the menu."""

from dataclasses import dataclass
from enum import Enum


class Opens(Enum):
    """For whom a page is, where people sign in."""

    ACCOUNT = "who signed in"
    LINK = "also who came by a link"
    ANYBODY = "anybody"
    ADMINISTRATOR = "an administrator"


@dataclass(frozen=True)
class PageEntry:
    """`file` stands in pages/; `title` is the menu's word; `icon` a Material symbol. `hidden`:
    reached by links only. `opens`: for whom, where people sign in."""

    file: str
    title: str
    icon: str
    default: bool = False
    hidden: bool = False
    opens: Opens = Opens.ACCOUNT

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
PRESENTER = PageEntry("presenter.py", "Presenter", ":material/present_to_all:", hidden=True, opens=Opens.LINK)
REPORT = PageEntry("report.py", "Report", ":material/monitoring:", hidden=True, opens=Opens.LINK)
COMPARE = PageEntry("compare.py", "Compare", ":material/compare_arrows:", hidden=True, opens=Opens.LINK)
SUMMARY = PageEntry("summary.py", "Summary", ":material/print:", hidden=True, opens=Opens.LINK)
EXPORT = PageEntry("export.py", "Export", ":material/download:", hidden=True, opens=Opens.LINK)
MODEL = PageEntry("model.py", "Model", ":material/psychology:")
CONNECTION = PageEntry("connection.py", "Connection", ":material/cable:", hidden=True)
HELP = PageEntry("help.py", "Help", ":material/help:", opens=Opens.LINK)
ME = PageEntry("me.py", "Your own data", ":material/person:", hidden=True, opens=Opens.ANYBODY)
ACCOUNTS = PageEntry(
    "accounts.py", "Accounts", ":material/shield_person:", hidden=True, opens=Opens.ADMINISTRATOR
)

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
    ME,
    ACCOUNTS,
)
