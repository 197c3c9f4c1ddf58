"""Timing one thing many times, in this process, after a warm-up."""

import resource
import statistics
import time
from collections.abc import Callable
from typing import Any


def median_ms(work: Callable[[], Any], times: int = 9, warm: int = 2) -> float:
    """The median of `times` runs in milliseconds."""
    for _ in range(warm):
        work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return round(statistics.median(taken), 2)


def peak_mib() -> float:
    """The largest this process has been."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
