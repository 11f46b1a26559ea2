"""A limit of time for tests of what must never wait: a pipe, a device, a terminal."""

import signal

import pytest


@pytest.fixture(autouse=True)
def no_waiting():
    """A read that blocks ends its test instead of hanging it. It holds in each test module that imports this."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_):
        raise AssertionError("the grader waits for a file that never ends")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
