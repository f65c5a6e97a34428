"""The import of the Export page: a long CSV that was taken out before, here or elsewhere."""

from datetime import UTC, datetime

import streamlit as st

from dashboard import navigation
from dashboard.consent import Purpose, Region, needs_ground
from dashboard.controls.statement import ask_ground, choose
from dashboard.errors import DashboardError
from dashboard.links import link
from dashboard.settings import Settings
from dashboard.wording import counted, escaped
from db.access import Sessions
from db.errors import DatabaseError

AGREED = "Everyone in this file knows that it is analysed here, what for and for how long, and has agreed."
WHAT = (
    "A long CSV that Attune wrote becomes a session again, with its people, names and times, also after a "
    "spreadsheet saved it. One with a mistake leaves nothing behind."
)
WHAT_HELP = (
    "The same when it is exported once more; but of a session with sound, speaking is told by lips alone: "
    "when a voice was heard is in the talk CSV. Semicolons, decimal commas and UTF-16 are read. The whole "
    "file is checked first."
)


def show_import(sessions: Sessions, settings: Settings) -> None:
    """Draw the form, and what became of the file."""
    st.header("Import a long CSV", anchor=False)
    st.markdown(WHAT, help=WHAT_HELP)
    file = st.file_uploader(
        "Long CSV", ["csv", "tsv", "txt"], max_upload_size=settings.upload_mb, key="import_file"
    )
    st.caption(f"Up to {settings.upload_mb} MB (ATTUNE_UPLOAD_MB). Of the file only its numbers are kept.")
    left, right = st.columns(2)
    purpose = choose(left, "Purpose", Purpose, "import_purpose")
    region = choose(right, "Where the people are", Region, "import_region")
    asks = purpose is not None and region is not None and needs_ground(purpose, region)
    ground = ask_ground("import_ground") if asks else None
    agreed = st.checkbox(AGREED, key="import_agreed")
    ready = file is not None and purpose is not None and region is not None and agreed
    pressed = st.button("Import", type="primary", disabled=not ready, icon=":material/upload_file:")
    if not ready:
        st.caption("Choose a file, name purpose and place, and state that everyone has agreed.")
    if not (pressed and file is not None):
        return

    from dashboard.export.importer.session import ImportStatement, import_long_csv

    statement = ImportStatement(
        purpose=str(purpose),
        region=str(region),
        ground=None if ground is None else str(ground),
        stated_at=datetime.now(UTC),
        text=AGREED,
        expressions_allowed=not asks or ground is not None,
    )
    try:
        with st.spinner("Checking every line, then storing"):
            owner = sessions.who.subject
            done = import_long_csv(sessions.engine, file, file.name, statement, owner)
    except (DashboardError, DatabaseError) as error:
        st.error(f"Nothing was imported. {escaped(str(error))}", icon=":material/error:")
        return
    st.success(f"{counted(done.rows, 'row', 'rows')} imported.", icon=":material/check_circle:")
    for sentence in done.notes:
        st.caption(escaped(sentence))
    link(navigation.REPORT, "Open its report", done.session_id)
