"""What every test may ask for: a clean environment here, the rest in `support`, one module a subject."""

import os
from pathlib import Path

import pytest

pytest_plugins = [
    "support.site",
    "support.browser",
    "support.data",
    "support.scripts",
    "support.widgets",
    "support.clone",
    "support.jupyter",
    "support.race",
    "support.writer",
]


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No `COURSE_…` variable is set, and downloads go to an empty folder of this test."""
    for name in [name for name in os.environ if name.startswith("COURSE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
