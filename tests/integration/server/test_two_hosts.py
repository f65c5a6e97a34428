"""Two hosts on one server: what one asks, of every page, file and event, holds nothing of the other."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.export.formats import EXPORTERS
from dashboard.navigation import COMPARE, EXPORT, LIVE, PRESENTER, RECORDINGS, REPORT, SESSIONS, SUMMARY
from dashboard.sign_in.identity import LINK_COOKIE
from db.access import Who
from db.rights.shares import make_link
from tests.made.tab import Tab
from tests.made.two_hosts import Host, files, looks, two_hosts

UNKNOWN = 99_999
ABOUT_SESSIONS = (LIVE, RECORDINGS, SESSIONS, PRESENTER, REPORT, COMPARE, SUMMARY, EXPORT)
SAID = 2
"""The words of a transcript, among what each told."""


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Host, Host]]:
    with two_hosts(tmp_path_factory.mktemp("two")) as both:
        yield both


def each(hosts: tuple[Host, Host]) -> list[tuple[Host, Host]]:
    return [hosts, (hosts[1], hosts[0])]


def test_no_page_tells_one_host_a_title_a_name_or_a_word_of_the_other(hosts: tuple[Host, Host]) -> None:
    with ThreadPoolExecutor() as both:  # at the same time, so that what is kept for one could reach the other
        told = list(both.map(lambda pair: list(looks(pair[0], pair[1], ABOUT_SESSIONS)), each(hosts)))
    for (host, other), pages in zip(each(hosts), told, strict=True):
        everything = b"".join(raw for _, raw in pages)
        missed = {word for word in host.words if word.encode() not in everything}
        assert missed == set(), "asked too little"
        for address, raw in pages:
            assert [word for word in other.words if word.encode() in raw] == [], f"{host.name}: {address}"


def test_every_file_of_the_other_is_answered_as_one_that_never_was(hosts: tuple[Host, Host]) -> None:
    host, other = hosts
    never, theirs = list(files(host, UNKNOWN)), list(files(host, other.kept))
    assert {status for _, status, _ in theirs} == {404} and len(theirs) == len(EXPORTERS) + 2
    here, nowhere = f"session {other.kept}:".encode(), f"session {UNKNOWN}:".encode()
    assert [(path, status, said.replace(here, nowhere)) for path, status, said in theirs] == never


def test_a_host_takes_out_their_own_words_and_none_of_the_others(hosts: tuple[Host, Host]) -> None:
    for host, other in each(hosts):
        for key, has in (("long", 1), ("html", SAID)):
            answer = host.get(f"download/{host.kept}/{key}")
            assert answer.status_code == 200 and host.words[has] in answer.text, key
            assert not [word for word in other.words if word in answer.text]


def test_the_stream_of_events_tells_each_host_of_their_own_running_session(hosts: tuple[Host, Host]) -> None:
    with ThreadPoolExecutor() as both:
        told = list(both.map(Host.sessions_told, hosts))
    assert told == [{host.running} for host in hosts]


def test_nobody_goes_on_with_the_tab_of_another(hosts: tuple[Host, Host]) -> None:
    ana, ben = hosts
    with ana.tab("report", f"session={ana.kept}") as hers:
        begun, opened = hers.open().session, hers.told
        assert opened.says(ana.words[0])
        for cookies in (ben.in_a_browser, ben.cookies, {}):
            with Tab(ben.url, cookies, "report", f"session={ana.kept}", session=begun) as his:
                told = his.open()
                assert told.session != begun and not told.says(ana.words[0])
        again = hers.open()
        assert again.session == begun and again.says(ana.words[0]), "hers was taken"
    with ana.tab("help", session=begun) as back:
        assert back.open().session == begun, "a lost connection comes back"


def test_whoever_has_a_link_to_the_group_turns_everything_and_sees_nobody(hosts: tuple[Host, Host]) -> None:
    ana = hosts[0]
    token = make_link(ana.engine, Who(ana.name), ana.kept, group_only=True)
    visitor = {f"{LINK_COOKIE}{ana.kept}": token}
    person, said = ana.words[1:3]
    for path in ("report", "compare", "export", "summary"):
        with Tab(ana.url, visitor, path, f"session={ana.kept}&sessions={ana.kept}&person=1&group=0") as tab:
            told = [tab.open(), *(tab.change(one, string_value=label) for one, label in tab.told.tabs)]
            told += [tab.change(one, bool_value=not one.default) for one in tab.told.elements("checkbox")]
        assert told[0].says(ana.words[0])
        assert not [one for one in told if one.says(person) or one.says(said)], path
