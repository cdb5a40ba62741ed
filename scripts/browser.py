"""Find a Chromium for the browser tests, or install one where that is possible.

Prints its path. Where none can be had: exit status 1 in CI, where nothing may be skipped silently, and a warning elsewhere.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Path of a Chromium: `COURSE_CHROMIUM`, one on the PATH, or the one that Playwright installed."""
    for name in (os.environ.get("COURSE_CHROMIUM"), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Debian's package for root, Playwright's own build for everybody else; both may fail where there is no network."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "chromium"], check=False, stdout=subprocess.DEVNULL, env=environment
        )
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    if not find():
        print("No Chromium found; installing one.", flush=True)
        install()
    if path := find():
        print(path)
    else:
        print(
            "NO BROWSER: the pages and widgets CANNOT be checked on this machine.\n"
            "Install Chromium, or name one: COURSE_CHROMIUM=/path/to/chrome make test",
            file=sys.stderr,
        )
        sys.exit(1 if os.environ.get("CI") else 0)
