"""Helpers of the course *Deep Learning You Can Touch*.

What is taught stands in the notebooks; what is plumbing (loading, plotting, timing) stands here.
Importing a module does no work: Keras, TensorFlow and the data load when a function asks for them.
"""

import os

# The notebooks' first cell looks for this name, because `utils` is what many other packages are called too.
COURSE = "deep-learning-you-can-touch"

# TensorFlow prints notes about the processor on stderr unless told otherwise before its first import.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def setting(variable: str, choices: tuple[str, ...], default: str | None) -> str | None:
    """Value of an environment variable that allows only `choices`; `default` where it is not set or empty.

    Raises ValueError for any other value.
    """
    value = os.environ.get(variable) or default
    if value is not None and value not in choices:
        raise ValueError(
            f"{variable}={value!r} is not known. Set it to one of {', '.join(choices)}, or leave it unset."
        )
    return value
