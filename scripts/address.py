"""Carry the repository's address, which pyproject.toml alone names, into _config.yml, the README and the notebooks."""

import re
import sys

import chapters
from check_notebooks import ADDRESS, ROOT, fix, notebooks

PAGES = (
    "_config.yml",
    "README.md",
    "CONTRIBUTING.md",
    "CITATION.cff",
    "book/index.md",
    "book/reference/setup.md",
)


def main() -> None:
    """Replace the address that _config.yml holds, wherever it stands."""
    chapters.speak_anywhere()
    stored = re.search(r"^  url: (\S+)$", (ROOT / "_config.yml").read_text(encoding="utf-8"), re.M)
    if not stored:
        sys.exit("_config.yml should hold the repository's address in a line '  url: https://…', but does not.")
    for path in (ROOT / page for page in PAGES):
        path.write_text(path.read_text(encoding="utf-8").replace(stored[1], ADDRESS), encoding="utf-8")
    written = [path.name for path in notebooks() if fix(path)]
    print(f"{stored[1]} → {ADDRESS}; set-up cells written: {', '.join(written) or 'none'}")


if __name__ == "__main__":
    main()
