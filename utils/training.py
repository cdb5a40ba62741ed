"""Seeds, profiles and clocks: what every training run of the course starts with.

`COURSE_PROFILE=full` (the default) is what readers run and what the stored outputs come from. `COURSE_PROFILE=quick` walks
the same code with smaller sizes, for tests.
"""

import contextlib
import os
import sys
import tempfile
import time

from utils import setting


def quick() -> bool:
    """Whether the quick profile is on (`COURSE_PROFILE=quick`)."""
    return setting("COURSE_PROFILE", ("full", "quick"), "full") == "quick"


def size(full: int, quick_size: int) -> int:
    """`full` in the full profile, `quick_size` in the quick one: a number of samples, units or steps."""
    return quick_size if quick() else full


def epochs(full: int, quick_epochs: int = 2) -> int:
    """Number of epochs: `full` in the full profile, at most `quick_epochs` in the quick one."""
    return min(full, size(full, quick_epochs))


def start(seed: int = 0) -> None:
    """Seed Python, NumPy and Keras, and say which profile, backend and device this run uses.

    The same seed on the same machine gives the same numbers on a CPU. Between machines and on a GPU the last digits differ.
    """
    with _without_start_up_notes():
        import keras

        device = keras.distribution.list_devices()[0].partition(":")[0]
        keras.ops.zeros(1)
    keras.utils.set_random_seed(seed)
    print(f"profile: {'quick' if quick() else 'full'} · backend: {keras.backend.backend()} on {device} · seed: {seed}")


@contextlib.contextmanager
def _without_start_up_notes():
    """Hold back what a backend writes to stderr while it starts; if it fails to start, all of it is shown.

    TensorFlow 2.21 writes notes on processor and drivers straight to file descriptor 2, whatever log level is asked for.
    """
    sys.stderr.flush()
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(stderr, held.read())
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)


class Clock:
    """Wall-clock time of a block, in seconds: `with Clock() as clock: …`, then `clock.seconds`."""

    seconds = 0.0

    def __enter__(self) -> "Clock":
        self._start = time.perf_counter()
        return self

    def __exit__(self, *_) -> None:
        self.seconds = time.perf_counter() - self._start
