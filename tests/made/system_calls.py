"""What a program really did, by the kernel's own account (strace): files it wrote, addresses it spoke to."""

import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.made.waiting import wait_until

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="no strace: apt-get install strace")

FILE_CALLS = (
    "open,openat,openat2,creat,truncate,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mknod,mknodat"
)
WRITE_CALLS = "write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range"
NETWORK_CALLS = "connect,sendto,sendmsg,sendmmsg"
NO_FILES = ("/dev/", "/proc/", "/sys/")
LINE = re.compile(r"^(\d+)\s+(.*)$")
UNFINISHED, RESUMED = " <unfinished ...>", re.compile(r"^<\.\.\. \w+ resumed>")
CALL = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)(?:<(.*)>)?", re.DOTALL)
MAKES_NAMES = ("rename", "link", "symlink", "mknod")
FOR_WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
ADDRESS = re.compile(r'sin6?_addr=inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')


def traced_to(place: Path) -> tuple[str, ...]:
    """The command under which a program is started: itself stays the child, strace stands beside it."""
    calls = f"trace={FILE_CALLS},{WRITE_CALLS},{NETWORK_CALLS}"
    return (
        "strace",
        "-D",
        "-f",
        "-q",
        "--seccomp-bpf",
        "-y",
        "-x",
        "-s",
        "16",
        "-o",
        str(place),
        "-e",
        calls,
    )


@dataclass
class Account:
    """`written`: files opened for writing or made, and how every write to one began. `told`: addresses."""

    written: defaultdict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    told: set[str] = field(default_factory=set)


def read_account(place: Path, pid: int) -> Account:
    """The account of process `pid`, which has ended, and of all that it started."""
    wait_until(lambda: re.search(rf"^{pid}\s+\+\+\+ ", place.read_text(errors="replace"), re.MULTILINE))
    account = Account()
    for name, given, result, path in _calls(place.read_text(errors="replace")):
        if name.startswith(("open", "creat")) and result >= 0 and FOR_WRITING.search(given):
            account.written[path].update()
        elif name.startswith(MAKES_NAMES) and result >= 0:
            account.written[_strings(given)[-1].decode()].update()
        elif name in WRITE_CALLS.split(",") and "<" in given:
            _add_write(account, given)
        elif name in NETWORK_CALLS.split(","):
            account.told.update(four or six for four, six in ADDRESS.findall(given))
    account.written = defaultdict(
        set, {k: v for k, v in account.written.items() if not k.startswith(NO_FILES)}
    )
    return account


def _add_write(account: Account, given: str) -> None:
    path = given.partition("<")[2].partition(">")[0]
    if path.startswith("/"):
        account.written[path].update(_strings(given)[:1])


def _calls(text: str) -> Iterator[tuple[str, str, int, str]]:
    """Name, arguments, result and the result's path of every call; halves of one are put together."""
    begun: dict[str, str] = {}
    for line in text.splitlines():
        if not (found := LINE.match(line)):
            continue
        pid, told = found.groups()
        if told.endswith(UNFINISHED):
            begun[pid] = told.removesuffix(UNFINISHED)
            continue
        if RESUMED.match(told):
            told = begun.pop(pid, "") + RESUMED.sub("", told)
        if call := CALL.match(told):
            yield call[1], call[2], int(call[3]), call[4] or ""


def _strings(given: str) -> list[bytes]:
    return [
        one.encode().decode("unicode_escape").encode("latin-1", "replace") for one in STRING.findall(given)
    ]
