"""Carry the repository's address, which pyproject.toml alone names, into _config.yml, the README and the notebooks."""

import re

from check_notebooks import ADDRESS, ROOT, fix, notebooks

if __name__ == "__main__":
    config = ROOT / "_config.yml"
    text = config.read_text()
    before = re.search(r"^  url: (\S+)$", text, re.M).group(1)
    for path in (
        config,
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "CITATION.cff",
        ROOT / "book/index.md",
        ROOT / "book/reference/setup.md",
    ):
        path.write_text(path.read_text().replace(before, ADDRESS))
    written = [path.name for path in notebooks() if fix(path)]
    print(f"{before} → {ADDRESS}; set-up cells written: {', '.join(written) or 'none'}")
