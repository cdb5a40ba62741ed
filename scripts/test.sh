#!/bin/sh
# Every check of the course, in the order in which a failure is cheapest. Called by `make test`; BIN is the environment's bin folder.
set -eu
export COURSE_PROFILE=quick COURSE_SOURCE=sample TF_CPP_MIN_LOG_LEVEL=3
unset COURSE_DATA COURSE_RECORD || true

echo "== notebooks: form"
"$BIN/python" scripts/check_notebooks.py

echo "== a browser"
"$BIN/python" scripts/browser.py

echo "== the book"
rm -rf _build # pages that no longer have a source would stay
"$BIN/jupyter-book" build . --builder html --all -W -n --keep-going --quiet

echo "== helpers and notebooks (quick profile, samples)"
"$BIN/pytest" -n 2 --dist loadscope -m "not browser" --durations 8 tests
"$BIN/pytest" -n 2 --dist loadscope --nbval-lax --nbval-cell-timeout 300 --durations 4 book

echo "== pages and widgets in a browser"
"$BIN/pytest" -m browser -s tests
