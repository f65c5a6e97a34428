"""The signal of a closed terminal, where it can be heard: under nohup everything ignores it."""

import signal

import pytest

IGNORED = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
HANG_UP = pytest.param(
    signal.SIGHUP, marks=pytest.mark.skipif(IGNORED, reason="these tests were started to ignore SIGHUP")
)
