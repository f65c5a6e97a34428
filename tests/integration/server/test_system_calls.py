"""The witness of tests/browser/test_witness.py sees what it is there to see."""

import subprocess
import sys
from pathlib import Path

from tests.made.system_calls import needs_strace, read_account, traced_to

PROGRAM = """
import os, socket, subprocess, sys, threading
folder = sys.argv[1]
def write():
    open(folder + "/photo.bin", "wb").write(b"\\x89PNG and more")
thread = threading.Thread(target=write)
thread.start(); thread.join()
os.rename(folder + "/photo.bin", folder + "/kept.bin")
child = "import sys; open(sys.argv[1] + '/child.jpg', 'wb').write(bytes.fromhex('ffd8ff'))"
subprocess.run([sys.executable, "-c", child, folder])
open(folder + "/read", "rb").read()
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as told:
    told.connect(("127.0.0.7", 9))
"""


@needs_strace
def test_files_of_threads_and_children_new_names_and_addresses_are_in_the_account(tmp_path: Path) -> None:
    (tmp_path / "read").write_bytes(b"not written by the program")
    command = [*traced_to(tmp_path / "trace"), sys.executable, "-B", "-c", PROGRAM, str(tmp_path)]
    with subprocess.Popen(command) as program:
        assert program.wait(100) == 0
    account = read_account(tmp_path / "trace", program.pid)
    written = {Path(path).name: begun for path, begun in account.written.items() if str(tmp_path) in path}
    assert set(written) == {"photo.bin", "kept.bin", "child.jpg"}
    assert written["photo.bin"] == {b"\x89PNG and more"} and written["child.jpg"] == {b"\xff\xd8\xff"}
    assert account.told == {"127.0.0.7"}
