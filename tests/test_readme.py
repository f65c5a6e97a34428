"""The README's promises: its commands exist, its settings are all of them, its files are there."""

import re
import subprocess
import sys

import pytest

from dashboard.navigation import PAGES
from dashboard.settings import Settings
from tests import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"python -m ((?:training|dashboard|tests|db)\.[a-z_.]+[a-z])", README)))


def test_every_setting_stands_in_the_readme_and_no_other() -> None:
    named = set(re.findall(r"`(ATTUNE_[A-Z_]+)`", README))
    assert named == {f"ATTUNE_{name.upper()}" for name in Settings.model_fields}


def test_every_page_is_explained() -> None:
    for page in PAGES:
        assert f"**{page.title}**" in README


@pytest.mark.parametrize("module", COMMANDS)
def test_a_command_of_the_readme_explains_itself(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout


def test_every_file_the_documents_link_to_exists() -> None:
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert (ROOT / target).exists(), f"{name}: {target}"


def test_the_make_targets_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`?make ([a-z]+)", README))
    assert {"run", "test"} <= named <= targets
