"""What a check says to an answer."""

import contextlib
import io
from collections.abc import Callable
from typing import Any


def said(check: Callable[[Any], None], answer: Any) -> str:
    """The line that the check prints for this answer."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        check(answer)
    return out.getvalue().strip()
