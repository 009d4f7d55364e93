"""What one input may cost, however it was made."""

import contextlib
import time
import tracemalloc

LONGEST_S = 5.0
MOST_BYTES = 96 << 20  # a mail may be 25 MiB, and is there as bytes and as text


@contextlib.contextmanager
def in_time():
    """The block does not take seconds."""
    started = time.perf_counter()
    yield
    assert time.perf_counter() - started < LONGEST_S


@contextlib.contextmanager
def in_memory():
    """The block does not fill the memory."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES
