"""What errors of a database never tell: passwords, hosts, ports, accounts."""

import traceback

import pytest
from sqlalchemy.exc import OperationalError

from db.engine import open_database
from db.errors import DatabaseError, DatabaseUnavailableError, as_database_error


@pytest.mark.parametrize(
    "url",
    [
        "oracel://anna:secret@somewhere/db",
        "oracel://anna:se@cret@somewhere/db",
        "oracel:/anna:secret@somewhere",
        "postgresql//anna:secret@somewhere/db",
        "postgresql://anna:secret@somewhere:port/db",
        "oracel://somewhere/db?user=anna&password=secret",
        "sqlite://anna:secret@/",
        "postgresql+nothing://anna:secret@somewhere/db",
    ],
)
def test_a_password_is_repeated_in_no_sentence_nor_trace_whole_or_in_part(url: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        open_database(url)
    trace = "".join(traceback.format_exception(caught.value))
    assert "secret" not in trace and "cret" not in str(caught.value) and "anna" not in str(caught.value)


def test_what_the_driver_says_of_host_and_port_stays_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    said = 'connection to server at "db.intern" (10.0.0.3), port 5432 failed: no password for "anna"'
    told = as_database_error(OperationalError("SELECT 1", {}, Exception(said)))
    assert isinstance(told, DatabaseUnavailableError)
    assert not any(word in str(told) for word in ("db.intern", "10.0.0.3", "5432", "anna"))
    assert said in caplog.text
