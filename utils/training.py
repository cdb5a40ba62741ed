"""Seeds, profiles and clocks: what every training run of the course starts with.

`COURSE_PROFILE=full` (the default) is what readers run and what the stored outputs come from. `COURSE_PROFILE=quick` walks
the same code with smaller sizes, for tests.
"""

import contextlib
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator

from utils import setting


def quick() -> bool:
    """Whether the quick profile is on (`COURSE_PROFILE=quick`).

    Raises:
        ValueError: `COURSE_PROFILE` names another profile.
    """
    return setting("COURSE_PROFILE", ("full", "quick"), "full") == "quick"


def size(full: int, quick_size: int) -> int:
    """A number of samples, units or steps.

    Args:
        full: what readers run with.
        quick_size: what tests run with.

    Returns:
        `full` in the full profile, `quick_size` in the quick one.

    Raises:
        ValueError: `COURSE_PROFILE` names another profile.
    """
    return quick_size if quick() else full


def epochs(full: int, quick_epochs: int = 2) -> int:
    """A number of epochs.

    Args:
        full: what readers run with.
        quick_epochs: the most that tests run with.

    Returns:
        `full` in the full profile, the smaller of the two in the quick one.

    Raises:
        ValueError: `COURSE_PROFILE` names another profile.
    """
    return min(full, size(full, quick_epochs))


def start(seed: int = 0) -> None:
    """Seed Python, NumPy and Keras, and say which profile, backend and device this run uses.

    The same seed on the same machine gives the same numbers on a CPU. Between machines and on a GPU the last digits differ.

    Args:
        seed: any whole number from 0 to 2³² − 1.

    Raises:
        ValueError: `COURSE_PROFILE` names another profile, or the seed is out of range.
    """
    with _without_start_up_notes():
        import keras

        device = _device()
        keras.utils.set_random_seed(seed)  # imports TensorFlow where it is installed, whatever the backend
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it warns when networks in a loop are traced one by one
    print(f"profile: {'quick' if quick() else 'full'} · backend: {keras.backend.backend()} on {device} · seed: {seed}")


def _device() -> str:
    """Kind of the device that the backend computes on, such as "cpu" or "gpu"."""
    import keras

    tensor = keras.ops.zeros(1)
    if keras.backend.backend() == "torch":  # Keras cannot list devices there
        return tensor.device.type
    return keras.distribution.list_devices()[0].partition(":")[0]


@contextlib.contextmanager
def _without_start_up_notes() -> Iterator[None]:
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

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._start
