"""A copy of the course's code that a test may write into: a newcomer's clone."""

import shutil
from pathlib import Path

import pytest

from support.site import ROOT

FOLDERS = ("utils", "scripts", "tests", "book")
SETTINGS = ("Makefile", "pyproject.toml", "requirements.lock", "biome.json", ".gitignore", "_toc.yml", "_config.yml")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.ipynb")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the copy, one for each module of tests: everything but the notebooks and the environment."""
    folder = tmp_path_factory.mktemp("clone") / "course"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
    for name in SETTINGS:
        shutil.copy(ROOT / name, folder / name)
    return folder
