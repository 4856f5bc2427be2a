"""How the time that something takes grows with the length of what it is given, on a busy machine too."""

import gc
import time
from collections.abc import Callable
from typing import Any

#: what takes no longer is quick enough, however it grows
AT_ONCE = 0.05
#: four times the length takes four times as long, sixteen times where time grows with the square
MOST = 8


def grows_evenly(run: Callable[[str], Any], text: str) -> bool:
    """Whether the whole of a text takes at most MOST times as long as its first quarter: the least of five tries."""
    whole = min(_seconds(run, text) for _ in range(2))
    if whole < AT_ONCE:
        return True
    for _ in range(5):
        if whole <= MOST * _seconds(run, text[: len(text) // 4]):
            return True
        whole = min(whole, _seconds(run, text))
    return False


def _seconds(run: Callable[[str], Any], text: str) -> float:
    """Of the processor; without the collector, which goes through all that other tests left."""
    gc.disable()
    try:
        started = time.process_time()
        run(text)
        return time.process_time() - started
    finally:
        gc.enable()
