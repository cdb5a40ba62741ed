"""A small bundler for the front-end modules in `js/`.

Each module becomes a function call that leaves its exports in one object::

    courseModules["kit.js"] = (() => { const { sum } = courseModules["nn.js"]; …; return { weights, slider }; })();

so names of different modules never meet. `esm` puts a widget and everything it imports into one ES module, which anywidget
wants; `script` gives one module as a classic script, which is the only kind that a page opened from disk may load.

Understood are: `import { a, b as c } from "./x.js"`, `import * as x from "./x.js"`, `export const|function|class …`
(also `async`) and `export default …`, each at the start of a line. Comments, and spaces and line breaks that only readers of the
source need, are dropped: a quarter of its size. The tests see to it that every module keeps its meaning, syntax tree by syntax tree. (The usual minifier for Python, rjsmin, loses spaces inside nested templates.)
"""

import re
from functools import cache
from pathlib import Path

JS = Path(__file__).parent / "js"

_IMPORT = re.compile(r"^import\s+(\{[^}]*\}|\*\s+as\s+\w+)\s+from\s+[\"'](\./[\w./-]+)[\"'];?", re.MULTILINE)
_EXPORT = re.compile(r"^export\s+(?=(?:async\s+)?(?:const|function\*?|class)\s+(\w+))", re.MULTILINE)
_DEFAULT = re.compile(r"^export\s+default\s+", re.MULTILINE)
_LITERAL = (
    r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'"""
    r"""|`(?:\\.|[^`\\$]|\$(?!\{)|\$\{(?:[^`{}]|\{[^{}]*\}|`(?:\$\{[^`{}]*\}|[^`])*`)*\})*`"""  # with templates inside, once
    r"""|(?<=[(,=:?&|!>]) ?/(?![/*])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\[\n])+/)"""  # a regular expression, where no quotient can stand
)
_SPARE = re.compile(
    _LITERAL + r"""|\s*//[^\n]*|\s*/\*(?s:.*?)\*/"""
    r"""|[;,]?\s*(?=\})|(?<=[\w)\]}]),?\s*(?=[)\]])|(?<=[{(\[,;])\s+|(\n)\s*"""  # line breaks go where the statement surely goes on, or has ended
    r"""|(?:(?<=[(,=:?&|>])|(?<=[(,=:?&|>] ))\((\w+)\)(?= =>)"""  # brackets around the one parameter of an arrow function
    r"""|(?<=[\w$)\]]) ([+/-]=?) (?=[\w$(\[])| +(?![\w$+/ -])|(?<=[^\w$+/ -]) +"""  # spaces that part no words and no + from a +
)
_SPARE_CSS = re.compile(r"\s*;?\s*(\})\s*|\s*([{;,])\s*|(?<=:) ")
_FILLED = re.compile(r"(?<=\$\{)[^`{}]+(?=\})")  # what a template fills in
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def modules(path: str | Path) -> list[Path]:
    """The module at `path` (a name means one in `js/`) and all it imports, each once, imported ones first.

    Raises FileNotFoundError naming the importer, and ValueError for modules that import one another.
    """
    found: list[Path] = []

    def visit(file: Path, importers: tuple[Path, ...]) -> None:
        if file in importers:
            raise ValueError(f"{file.name} imports itself by way of {importers[-1].name}.")
        if not file.is_file():
            raise FileNotFoundError(
                f"No module {file}" + (f", imported by {importers[-1].name}." if importers else ".")
            )
        for _, name in _IMPORT.findall(file.read_text("utf-8")):
            visit((file.parent / name).resolve(), (*importers, file))
        if file not in found:
            found.append(file)

    visit((JS / path).resolve(), ())
    return found


def slim(path: Path) -> str:
    """Source of a file without what only its readers need."""
    return _slim(path.read_text("utf-8"))


def _slim(source: str) -> str:
    def kept(match: re.Match) -> str:
        text = "".join(filter(None, match.groups()))
        if text.startswith("`\n"):
            return _SPARE_CSS.sub(lambda css: "".join(filter(None, css.groups())), text)
        return _FILLED.sub(lambda filled: _slim(filled[0]), text) if text[:1] == "`" else text

    return _SPARE.sub(kept, source)


def wrap(path: Path) -> str:
    """Source of one module, rewritten to leave its exports in `courseModules`. Raises ValueError for syntax not understood."""
    source = path.read_text("utf-8")

    def imported(match: re.Match) -> str:
        names, name = match.groups()
        target = names.removeprefix("*").strip().removeprefix("as ") if names[0] == "*" else names.replace(" as ", ": ")
        return f'const {target} = courseModules["{Path(name).name}"];'

    exports = _EXPORT.findall(source)
    source = _EXPORT.sub("", _IMPORT.sub(imported, source))
    source, defaults = _DEFAULT.subn("const defaultExport = ", source)
    if other := _OTHER.search(source):
        raise ValueError(
            f"{path.name}: {other.group()!r} is not a form of import or export that bundle.py understands."
        )
    names = ", ".join(["default: defaultExport"] * defaults + exports)
    return _slim(f'courseModules["{path.name}"] = (() => {{\n{source}\nreturn {{ {names} }};\n}})();\n') + "\n"


@cache
def esm(path: str | Path) -> str:
    """One ES module, as anywidget takes it: the module at `path` with all its imports inside."""
    files = modules(path)
    body = "".join(wrap(file) for file in files)
    return f'const courseModules = {{}};\n{body}export default courseModules["{files[-1].name}"].default;\n'


def script(path: Path) -> str:
    """One module as a classic script for a page. Load those it imports (see `modules`) before it."""
    text = wrap(path)
    first = (
        "" if len(modules(path)) > 1 else "globalThis.courseModules ??= {};\n"
    )  # whoever imports others finds it there
    return first + text
