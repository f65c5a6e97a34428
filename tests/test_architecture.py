"""The lines of the house: who may import whom, how long a file may be, what a name may not be."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ROOT

PACKAGES = ("model", "db", "dashboard", "pages", "training")
MAY_IMPORT = {
    "model": {"model"},
    "db": {"db", "model.emotions", "model.observations"},
    "dashboard": {"dashboard", "db", "model"},
    "pages": {"dashboard", "db", "model"},
    "training": {"training", "model"},
}
LIVES_IN = {
    "cv2": ("model/", "training/", "dashboard/recordings/analysis.py"),
    "plotly": ("dashboard/charts/look.py",),
    "PIL": (
        "dashboard/explain/photo.py",
        "dashboard/explain/pictures.py",
        "dashboard/recordings/annotate.py",
    ),
    "sqlalchemy": ("db/", "dashboard/", "pages/"),
    "alembic": ("db/",),
    "tensorflow": ("training/",),
    "keras": ("training/",),
    "matplotlib": ("training/",),
    "streamlit": ("dashboard/", "pages/"),
    "streamlit_webrtc": ("dashboard/live/stream.py",),
    "av": ("dashboard/live/stream.py", "dashboard/recordings/"),
    "aiortc": ("dashboard/live/stream.py", "dashboard/live/prompt_frames.py"),
    "aioice": ("dashboard/connection/ice_probe.py",),
    "pandas": ("dashboard/", "pages/"),
    "pydantic_settings": ("dashboard/settings.py",),
}
NO_STREAMLIT = "No Streamlit"
"""What the docstring of a file says that runs beside the pages."""
ALSO_STREAMLIT_FREE = (
    "running/recent",
    "running/recorder",
    "recordings/messages",
    "recordings/worker",
    "analyse",
    "recordings/command_output",
    "upkeep/retention",
    "stored/figures",
    "consent",
    "sessions/demo",
    "explain/pictures",
    "event_stream/feed",
    "event_stream/figures",
    "ice",
    "connection/ice_probe",
    "ice_urls",
)
TOP_LEVEL = {"dashboard", "pages", "model", "training", "db", "tests", ".streamlit", ".ci"}
REFUSED_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "manager", "misc"}
MAX_LINES, MAX_PAGE_LINES = 250, 80


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{relative(path)}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def inside(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


@pytest.mark.parametrize("path", sources(*PACKAGES), ids=relative)
def test_a_file_imports_only_what_its_folder_may(path: Path) -> None:
    allowed = MAY_IMPORT[relative(path).split("/")[0]]
    for name in imports(path):
        if any(inside(name, package) for package in (*PACKAGES, "tests")):
            assert any(inside(name, ok) or inside(ok, name) for ok in allowed), f"imports {name}"


@pytest.mark.parametrize("path", sources(*PACKAGES), ids=relative)
def test_a_library_is_imported_only_where_it_lives(path: Path) -> None:
    for name in imports(path):
        for library, places in LIVES_IN.items():
            if inside(name, library):
                assert relative(path).startswith(places), f"{library} does not live here"


def says_it_knows_no_streamlit(path: Path) -> bool:
    return NO_STREAMLIT in (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")


def needed_by(path: Path) -> set[Path]:
    """The file and all of dashboard/ that is imported with it."""
    needed, waiting = {path}, [path]
    while waiting:
        for name in imports(waiting.pop()):
            found = ROOT / f"{name.replace('.', '/')}.py"
            if inside(name, "dashboard") and found.exists() and found not in needed:
                needed.add(found)
                waiting.append(found)
    return needed


SAYS_SO = [path for path in sources("dashboard") if says_it_knows_no_streamlit(path)]
BESIDE_THE_PAGES = sorted({*SAYS_SO, *(ROOT / "dashboard" / f"{name}.py" for name in ALSO_STREAMLIT_FREE)})


@pytest.mark.parametrize("path", BESIDE_THE_PAGES, ids=relative)
def test_what_runs_beside_the_pages_knows_no_streamlit(path: Path) -> None:
    assert path.exists(), f"{relative(path)} is gone: name the file it became, or take it from the list"
    for needed in needed_by(path):
        assert not [n for n in imports(needed) if inside(n, "streamlit")], f"through {relative(needed)}"


def test_files_are_found_by_their_own_word_that_they_know_no_streamlit() -> None:
    assert ROOT / "dashboard" / "running" / "session.py" in SAYS_SO


def test_model_vocabulary_needs_the_standard_library_only() -> None:
    for name in ("emotions", "observations", "errors"):
        for imported in imports(ROOT / "model" / f"{name}.py"):
            assert imported.split(".")[0] not in ("numpy", "cv2", "pandas"), f"{name} imports {imported}"


@pytest.mark.parametrize("path", sources(*PACKAGES, "tests"), ids=relative)
def test_a_file_is_short_enough_to_read(path: Path) -> None:
    limit = MAX_PAGE_LINES if relative(path).startswith("pages/") else MAX_LINES
    assert len(path.read_text(encoding="utf-8").splitlines()) <= limit


def test_no_name_says_nothing() -> None:
    for path in sources(*PACKAGES, "tests"):
        assert not {*path.with_suffix("").parts} & REFUSED_NAMES, relative(path)


def test_no_other_folder_stands_at_the_top() -> None:
    passing = {".git", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "runs"}
    found = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert found - passing <= TOP_LEVEL


def test_no_test_folder_shadows_a_package() -> None:
    for folder in (ROOT / "tests").iterdir():
        assert folder.name not in PACKAGES


def test_only_settings_reads_the_environment() -> None:
    for path in sources("dashboard", "db", "model", "pages"):
        if path.name != "settings.py":
            text = path.read_text(encoding="utf-8")
            assert "os.environ" not in text and "getenv" not in text, relative(path)


@pytest.mark.parametrize("kept", ["cache_resource", "cache_data", "session_state"])
def test_state_and_caches_are_kept_in_one_place(kept: str) -> None:
    users = [relative(p) for p in sources("dashboard", "pages") if kept in p.read_text(encoding="utf-8")]
    assert users == ["dashboard/resources.py"]
