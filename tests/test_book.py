"""The built book, read as files: links hold, nothing comes from elsewhere, every page has its buttons, and a broken book is not built."""

import functools
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import check_notebooks
import nbformat
import pytest
from support.site import CHAPTERS, LISTED, ROOT

# Attributes by which a page loads something by itself. A link (<a href>) waits for the reader, who may follow it anywhere.
LOADS = {
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("video", "src"),
    ("audio", "src"),
    ("object", "data"),
}
LOADING_RELATIONS = {
    "stylesheet",
    "icon",
    "shortcut",
    "preload",
    "prefetch",
    "preconnect",
    "dns-prefetch",
    "modulepreload",
    "manifest",
}


class Page(HTMLParser):
    """What one HTML page links to, loads, and can be linked at."""

    def __init__(self, path: Path):
        super().__init__()
        self.path, self.links, self.loads, self.anchors, self.css, self.elements = path, [], [], {"", "top"}, "", []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.elements.append((tag, found))
        self.anchors |= {found[name] for name in ("id", "name") if found.get(name)}
        self.css += found.get("style") or ""
        if tag == "link":
            loading = LOADING_RELATIONS & set(found.get("rel", "").split())
            (self.loads if loading else self.links).append(found["href"])
        for name in ("href", "src", "data", "action"):
            if name in found and tag != "link":
                (self.loads if (tag, name) in LOADS else self.links).append(found[name] or "")

    def handle_data(self, text):
        if self.elements and self.elements[-1][0] == "style":
            self.css += text

    def count(self, tag: str, **attributes: str) -> int:
        return sum(
            name == tag and all(value in (found.get(key) or "") for key, value in attributes.items())
            for name, found in self.elements
        )


@functools.cache
def parsed(path: Path) -> Page:
    return Page(path)


@pytest.fixture(scope="session")
def pages(book) -> list[Page]:
    """All pages of the built book."""
    return [parsed(path) for path in sorted(book.rglob("*.html")) if "_static" not in path.parts]


@pytest.fixture(scope="session")
def chapters(book) -> list[Page]:
    """The pages made from notebooks."""
    return [parsed(book / f"{name}.html") for name in CHAPTERS]


def outside(url: str) -> bool:
    return bool(urlsplit(url).netloc) or urlsplit(url).scheme in ("mailto", "http", "https")


def broken(page: Page, url: str) -> bool:
    """Whether an address inside the book leads to no file, or to no place in it."""
    parts = urlsplit(url)
    target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
    if not target.is_file():
        return True
    return target.suffix == ".html" and unquote(parts.fragment) not in parsed(target).anchors


def test_the_book_has_the_pages_of_its_table_of_contents_and_no_others(pages, book):
    made = {page.path.relative_to(book).with_suffix("").as_posix() for page in pages}
    assert made == {*LISTED, "index", "search", "genindex", "py-modindex"}
    sources = {path.relative_to(ROOT).with_suffix("").as_posix() for path in check_notebooks.notebooks()}
    assert sources == set(CHAPTERS), "a notebook that the table of contents does not list"


def test_internal_links_and_anchors_hold(pages):
    assert sum(len(page.links) for page in pages) > 100
    wrong = [
        f"{page.path.name}: {url}"
        for page in pages
        for url in page.links + page.loads
        if not (outside(url) or url.startswith(("data:", "javascript:"))) and broken(page, url)
    ]
    assert not wrong, "\n".join(wrong)


def test_a_page_loads_nothing_from_elsewhere(pages):
    wrong = [f"{page.path.name}: {url}" for page in pages for url in page.loads if outside(url)]
    wrong += [f"{page.path.name}: {url}" for page in pages for url in addresses(page.css) if outside(url)]
    assert not wrong, "\n".join(wrong)


def addresses(css: str) -> list[str]:
    return re.findall(r"""(?:url\(|@import\s(?!\s*url))\s*["']?([^"')\s;]+)""", css)


def test_style_sheets_load_nothing_from_elsewhere_and_nothing_that_is_missing(book):
    sheets = list(book.rglob("*.css"))
    assert len(sheets) > 5
    wrong = []
    for sheet in sheets:
        for url in addresses(sheet.read_text(encoding="utf-8")):
            if not url.startswith(("data:", "#")) and (
                outside(url) or not (sheet.parent / urlsplit(url).path).is_file()
            ):
                wrong.append(f"{sheet.relative_to(book)}: {url}")
    assert not wrong, "\n".join(wrong)


def test_every_page_has_one_search_field_a_favicon_and_one_title(pages):
    for page in pages:
        name = page.path.name
        root = page.path.parent.joinpath("book").exists() and name == "index.html"  # which only leads to the first page
        # pydata keeps the field in a dialog; the page of results has one more of its own
        assert page.count("input", type="search") == (0 if root else 2 if name == "search.html" else 1), name
        assert page.count("link", rel="icon") == 1 and page.count("title") == 1, name


def test_every_chapter_opens_in_colab_and_downloads(chapters):
    path = check_notebooks.ADDRESS.removeprefix("https://github.com/")
    assert chapters
    for page in chapters:
        source = page.path.relative_to(page.path.parents[2]).with_suffix(".ipynb").as_posix()
        assert f"https://colab.research.google.com/github/{path}/blob/main/{source}" in page.links
        downloads = [url for url in page.links if url.endswith(".ipynb") and not outside(url)]
        assert downloads and not broken(page, downloads[0])


def test_each_chapter_counts_its_exercises_from_one(chapters):
    for page in chapters:
        titles = re.findall(r"Exercise\s+(\d+)(?=\s*</span>|\s*\()", page.path.read_text(encoding="utf-8"))
        numbers = list(dict.fromkeys(map(int, titles)))
        assert len(numbers) >= 3 and numbers == list(range(1, len(numbers) + 1)), f"{page.path.name}: {numbers}"


def test_pages_lead_to_the_next_and_to_the_one_before(book):
    for before, after in itertools.pairwise(LISTED):
        for here, there, kind in ((before, after, "right-next"), (after, before, "left-prev")):
            (link,) = (
                found["href"]
                for tag, found in parsed(book / f"{here}.html").elements
                if tag == "a" and found.get("class") == kind
            )
            assert ((book / here).parent / link).resolve() == (book / f"{there}.html").resolve()


# ---- a broken book


@pytest.fixture
def house(tmp_path):
    """A small copy of the course: one chapter, its own page, the real configuration."""
    for name in ("_config.yml", "pyproject.toml", "Makefile", "scripts"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/index\nchapters:\n- file: book/part/chapter\n")
    shutil.copytree(ROOT / "book" / "_static", tmp_path / "book" / "_static")
    (tmp_path / "book" / "references.bib").write_text("")
    (tmp_path / "book" / "index.md").write_text("# A course\n\nWelcome.\n")
    (tmp_path / "book" / "part").mkdir()
    (tmp_path / "requirements.lock").touch()
    (tmp_path / "ready").touch()  # the environment is the one that runs this test
    return tmp_path


def make_book(house: Path) -> subprocess.CompletedProcess:
    command = ["make", "book", f"BIN={Path(sys.executable).parent}", "READY=ready"]
    return subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)


def test_a_broken_notebook_stops_the_book_and_is_named(house):
    good = check_notebooks.notebooks()[0].read_text(encoding="utf-8")
    (house / "book" / "part" / "chapter.ipynb").write_text(good[: len(good) // 2], encoding="utf-8")
    done = make_book(house)
    assert done.returncode != 0 and "book/part/chapter.ipynb: not a readable notebook" in done.stdout
    assert not (house / "_build" / "html" / "index.html").exists()


def test_a_page_that_points_nowhere_stops_the_book_and_is_named(house):
    chapter = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A chapter\n\nSee [this](nowhere.md).")])
    nbformat.write(chapter, house / "book" / "part" / "chapter.ipynb")
    (house / "scripts" / "check_notebooks.py").write_text("")  # what it would say is tested elsewhere
    done = make_book(house)
    assert done.returncode != 0 and "part/chapter.ipynb" in done.stderr and "nowhere.md" in done.stderr
