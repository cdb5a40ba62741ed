#!/bin/sh
# Every check of the course, in the order in which a failure is cheapest. Called by `make test`; BIN is the environment's bin folder.
set -eu
export COURSE_PROFILE=quick COURSE_SOURCE=sample TF_CPP_MIN_LOG_LEVEL=3
unset COURSE_DATA COURSE_RECORD || true
table=""

# stage NAME COMMAND …: run a command, and note how long it took
stage() {
  name=$1
  shift
  echo "== $name"
  began=$(date +%s)
  "$@"
  table="$table$(printf '%6d s  %s' $(($(date +%s) - began)) "$name")
"
  name=""
}

# The table comes at the end of a failure too, and says where it ended.
report() {
  status=$?
  printf '\n%s' "$table"
  [ $status = 0 ] || printf '  FAILED  %s\n' "$name"
}
trap report EXIT

book() {
  rm -rf _build # pages that no longer have a source would stay
  "$BIN/jupyter-book" build . --builder html --all -W -n --keep-going --quiet
}

stage "lint" make --no-print-directory lint
stage "notebooks: form" "$BIN/python" scripts/check_notebooks.py
stage "a browser" "$BIN/python" scripts/browser.py
stage "the book" book
stage "helpers (samples)" "$BIN/pytest" -n 2 --dist loadscope -m "not browser" --durations 8 tests
stage "notebooks (quick profile, samples)" "$BIN/pytest" -n 2 --dist loadscope --nbval-lax --nbval-cell-timeout 800 --durations 4 book
stage "pages and widgets in a browser" "$BIN/pytest" -n 2 --dist worksteal -m browser --durations 8 tests
