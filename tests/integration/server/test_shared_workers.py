"""All tabs share the cores: one queue, as many processes as allowed, file by file in the order asked."""

import threading
from contextlib import suppress
from pathlib import Path

import psutil

from dashboard.recordings.order import Order, Source
from dashboard.recordings.process import AnalysisProcess
from dashboard.recordings.run import RecordingRun
from dashboard.recordings.status import State
from dashboard.recordings.workers import Workers
from db.store import Store
from tests.made.videos import moving_face, write_video
from tests.made.waiting import wait_until


def clips(folder: Path, name: str, count: int) -> list[Source]:
    images = moving_face(6)
    return [Source(write_video(folder / f"{name}{i}.mp4", images), f"{name}{i}") for i in range(count)]


def processes() -> set[int]:
    """Those that analyse files now, by their numbers."""
    found = set()
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if "dashboard.recordings.worker" in child.cmdline():
                found.add(child.pid)
    return found


def test_two_tabs_share_one_process_and_the_second_does_not_wait_for_all_of_the_first(
    store: Store, tmp_path: Path
) -> None:
    workers, of_others = Workers(1), processes()
    many = RecordingRun(clips(tmp_path, "many", 4), Order(), store, workers=workers)
    one = RecordingRun(clips(tmp_path, "one", 1), Order(), store, workers=workers)
    many.start()
    wait_until(lambda: many.status().count(State.WAITING) < 4)
    one.start()
    most = 0

    def second_is_through() -> bool:
        nonlocal most
        most = max(most, len(processes() - of_others))
        return one.status().finished

    wait_until(second_is_through, 90)
    assert not many.status().finished and one.status().count(State.DONE) == 1
    assert many.wait(90) and many.status().count(State.DONE) == 4
    assert most == 1
    wait_until(lambda: processes() <= of_others)


def test_a_tab_that_waits_can_be_cancelled_and_the_other_goes_on(store: Store, tmp_path: Path) -> None:
    workers = Workers(1)
    first = RecordingRun(clips(tmp_path, "first", 2), Order(), store, workers=workers)
    second = RecordingRun(clips(tmp_path, "second", 1), Order(), store, workers=workers)
    first.start()
    wait_until(lambda: first.status().count(State.WAITING) < 2)
    second.start()
    second.cancel()
    assert second.wait(30) and second.status().count(State.CANCELLED) == 1
    assert first.wait(90) and first.status().count(State.DONE) == 2


def test_processes_are_lent_in_the_order_in_which_they_were_asked_for(tmp_path: Path) -> None:
    workers, never, order = Workers(1), threading.Event(), list[int]()
    lent = workers.lend(never)
    assert isinstance(lent, AnalysisProcess)

    def ask(number: int) -> None:
        process = workers.lend(never)
        assert process is not None
        order.append(number)
        workers.take_back(process)

    askers = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
    for waiting, asker in enumerate(askers, 1):
        asker.start()
        wait_until(lambda waiting=waiting: len(workers._waiting) == waiting)  # type: ignore[misc]
    workers.take_back(lent)
    for asker in askers:
        asker.join(30)
    workers.tidy()
    assert order == [0, 1, 2, 3, 4] and not lent.alive


def test_a_process_that_died_with_its_file_is_replaced(tmp_path: Path) -> None:
    workers, never = Workers(1), threading.Event()
    dead = workers.lend(never)
    assert dead is not None
    dead.kill()
    wait_until(lambda: not dead.alive)
    workers.take_back(dead)
    living = workers.lend(never)
    assert living is not None and living is not dead and living.alive
    workers.take_back(living)
    workers.tidy()
