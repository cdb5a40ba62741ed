"""A small bundler for the front-end modules of the widgets.

Each module becomes a function call that leaves its exports in one object, under its path below `utils/widgets`::

    courseModules["kit/kit.js"] = (() => { const { sum } = courseModules["nn/nn.js"]; …; return { weights, slider }; })();

so names of different modules never meet. `esm` puts a widget and everything it imports into one ES module, which anywidget
wants; `script` gives one module as a classic script, which is the only kind that a page opened from disk may load.

Understood are, each at the start of a line: `import { a, b as c } from "./x.js"`, `import * as x from "./x.js"`,
`export const|function|class …` (also `async`), `export default …`, `export * from "./x.js"`; and `import x from "./x.css"`
(the text of a file) or `"./x.wasm"` (its bytes in base64). Comments that have lines of their own stay behind: a fifth of what
would travel.
"""

import base64
import json
import os
import re
import threading
from functools import cache
from pathlib import Path
from typing import Any

WIDGETS = Path(__file__).parent
HOST = WIDGETS / "host" / "host.js"

_REMARK = re.compile(r"^[ \t]*(?://.*|/\*(?:(?!\*/)[\s\S])*\*/[ \t]*)\n", re.MULTILINE)
_IMPORT = re.compile(r"^import\s+(\{[^}]*\}|\*\s+as\s+\w+)\s+from\s+[\"'](\.[\w./-]+\.js)[\"'];?", re.MULTILINE)
_FILE = re.compile(r"^import\s+(\w+)\s+from\s+[\"'](\.[\w./-]+\.(?:css|wasm))[\"'];?", re.MULTILINE)
_PASS_ON = re.compile(r"^export\s+\*\s+from\s+[\"'](\.[\w./-]+\.js)[\"'];?", re.MULTILINE)
_EXPORT = re.compile(r"^export\s+(?=(?:async\s+)?(?:const|function\*?|class)\s+(\w+))", re.MULTILINE)
_DEFAULT = re.compile(r"^export\s+default\s+", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def key(path: Path) -> str:
    """What a module is called in `courseModules`: its path below `utils/widgets`, or below the folder above its own."""
    home = WIDGETS if path.is_relative_to(WIDGETS) else path.parent.parent
    return path.relative_to(home).as_posix()


def modules(path: str | Path) -> list[Path]:
    """A module (relative paths are below `utils/widgets`) and all the modules it imports, each once, imported ones first.

    Raises:
        FileNotFoundError: naming the importer.
        ValueError: for modules that import one another.
    """
    found: list[Path] = []

    def visit(file: Path, importers: tuple[Path, ...]) -> None:
        if file in importers:
            raise ValueError(f"{key(file)} imports itself by way of {key(importers[-1])}.")
        _exists(file, importers[-1] if importers else None)
        source = file.read_text("utf-8")
        for name in [name for _, name in _IMPORT.findall(source)] + _PASS_ON.findall(source):
            visit((file.parent / name).resolve(), (*importers, file))
        for _, name in _FILE.findall(source):
            _exists((file.parent / name).resolve(), file)
        if file not in found:
            found.append(file)

    visit((WIDGETS / path).resolve(), ())
    return found


def _exists(file: Path, importer: Path | None) -> None:
    if not file.is_file():
        wanted = f", imported by {key(importer)}" if importer else ""
        raise FileNotFoundError(f"No file {file}{wanted}. A widget's folder holds widget.py, view.js and style.css.")


def wrap(path: Path) -> str:
    """Source of one module, rewritten to leave its exports in `courseModules`. Raises ValueError for syntax not understood."""
    source = _REMARK.sub("", path.read_text("utf-8"))

    def other(name: str) -> str:
        return f'courseModules["{key((path.parent / name).resolve())}"]'

    def imported(match: re.Match[str]) -> str:
        names, name = match.groups()
        target = names.removeprefix("*").strip().removeprefix("as ") if names[0] == "*" else names.replace(" as ", ": ")
        return f"const {target} = {other(name)};"

    def held(match: re.Match[str]) -> str:
        name, file = match[1], path.parent / match[2]
        text = base64.b64encode(file.read_bytes()).decode() if file.suffix == ".wasm" else file.read_text("utf-8")
        return f"const {name} = {json.dumps(text, ensure_ascii=False)};"

    passed_on = [
        f"...{other(name)}" for name in _PASS_ON.findall(source)
    ]  # first, so that the module's own come before them
    exports = _EXPORT.findall(source)
    source = _EXPORT.sub("", _FILE.sub(held, _IMPORT.sub(imported, _PASS_ON.sub("", source))))
    source, defaults = _DEFAULT.subn("const defaultExport = ", source)
    if strange := _OTHER.search(source):
        raise ValueError(
            f"{key(path)}: {strange.group()!r} is not a form of import or export that bundle.py understands."
        )
    names = ", ".join(passed_on + ["default: defaultExport"] * defaults + exports)
    return f'courseModules["{key(path)}"] = (() => {{\n{source}\nreturn {{ {names} }};\n}})();\n'


@cache
def esm(path: str | Path) -> str:
    """One ES module, as anywidget takes it: the module at `path` with all its imports inside."""
    files = modules(path)
    body = "".join(wrap(file) for file in files)
    return f'const courseModules = {{}};\n{body}export default courseModules["{key(files[-1])}"].default;\n'


@cache
def live(path: Path) -> Any:
    """The module for a live view. While ANYWIDGET_HMR=1 every change of a file below `utils/widgets` goes to all open views."""
    if os.environ.get("ANYWIDGET_HMR") != "1":
        return esm(path)
    from anywidget._file_contents import VirtualFileContents

    contents = VirtualFileContents(esm(path))
    threading.Thread(target=_watch, args=(path, contents), daemon=True).start()
    return contents


def _watch(path: Path, contents: Any) -> None:
    from watchfiles import watch

    for _ in watch(WIDGETS):
        esm.cache_clear()
        contents.contents = _saved(path)


def _saved(path: Path) -> str:
    """The module as it is on disk; if it cannot be bundled, one that says why in the widget's place, until the next change mends it."""
    try:
        return esm(path)
    except (OSError, ValueError) as error:
        message = json.dumps(f"Not reloaded. {error}", ensure_ascii=False)
        return f"export default {{ render({{ el }}) {{ el.textContent = {message}; }} }};\n"


def script(path: Path) -> str:
    """One module as a classic script for a page. Load those it imports (see `modules`) before it."""
    return f"globalThis.courseModules ??= {{}};\n{wrap(path)}"


def host() -> str:
    """The page's host with all its modules, as one classic script."""
    return "".join(script(path) for path in modules(HOST))


def declaration(widget: str, view: Path, rules: dict[str, dict], files: list[str]) -> str:
    """A classic script that tells `host.js` of a widget: its module, the rules of its state, the weight files it may load."""
    said = json.dumps({"module": key(view), "rules": rules, "weights": files}, ensure_ascii=False)
    return f"(globalThis.courseWidgets ??= {{}})[{json.dumps(widget, ensure_ascii=False)}] = {said};\n"
