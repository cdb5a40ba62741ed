# Everything the course can do. Python 3.11+ and make are all it expects; `make` alone lists the commands.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BOOK := _build/html/index.html
TOOLS := node_modules/.ready

# The scripts in an environment name the folder it was made in: after a move, or when pip never arrived, it is made again.
MOVED := $(shell test -e $(VENV)/bin/python && ! grep -qsF "$(CURDIR)/$(VENV)/bin/python" $(VENV)/bin/pip && echo moved)

.DEFAULT_GOAL := help
.PHONY: help setup book lab widget run text untext test lint format check bench backends hooks lock address clean
.PHONY: moved

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: $(READY) ## make the environment (.venv); the other commands do it by themselves

$(READY): requirements.lock pyproject.toml $(MOVED)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed, but $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12"; exit 1; }
	@test -z "$(MOVED)" && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) has no venv module (Debian: apt-get install python3-venv)."; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/python -m uv pip sync --quiet --python $(BIN)/python requirements.lock
	@touch $@

book: $(READY) ## build the book from the stored outputs: _build/html/index.html
	$(BIN)/python scripts/check_notebooks.py
	$(BIN)/jupyter-book build . --builder html -W -n --keep-going --quiet
	@echo "Open $(BOOK)"

lab: $(READY) ## open the notebooks in JupyterLab; with ANYWIDGET_HMR=1 widgets follow their source files
	$(BIN)/jupyter lab book

widget: $(READY) ## write a new widget that works, with its tests: NAME=thermometer
	$(BIN)/python scripts/make_widget.py $(NAME)

run: $(READY) ## execute notebooks in full on real data, in place: all, or NB="tensors first-network"
	$(BIN)/python scripts/run_notebooks.py $(NB)

text: $(READY) ## chapters as text, to review and edit: _text/; all, or NB="tensors"
	$(BIN)/python scripts/text.py $(NB)

untext: $(READY) ## edited texts back into their notebooks; outputs of unchanged cells stay
	$(BIN)/python scripts/text.py --back $(NB)

test: $(READY) ## every check: lint, helpers, notebooks, book, browser
	BIN=$(BIN) sh scripts/test.sh

lint: $(READY) $(TOOLS) ## style and types: ruff, mypy, biome
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy
	$(BIN)/python scripts/node.py biome check --error-on-warnings

format: $(READY) $(TOOLS) ## mend what lint can mend by itself
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format --quiet .
	$(BIN)/python scripts/node.py biome check --write

$(TOOLS): package.json package-lock.json | $(READY)
	$(BIN)/python scripts/node.py install

check: $(READY) ## the quick checks of the notebooks' form only
	$(BIN)/python scripts/check_notebooks.py

bench: $(READY) ## measure what the course calls fast, two sides in turn: book/benchmarks.json
	TF_CPP_MIN_LOG_LEVEL=3 $(BIN)/python -m benchmarks.run $(ROWS)

backends: $(READY) ## run notebooks quick on TensorFlow, JAX and PyTorch: book/backends.json; or NB="tensors" only
	$(BIN)/python scripts/backends.py $(NB)

hooks: $(READY) ## once in a clone: lint before each commit, notebooks compared cell by cell
	$(BIN)/pre-commit install
	git config diff.jupyternotebook.command '"$(CURDIR)/$(BIN)/git-nbdiffdriver" diff'
	git config merge.jupyternotebook.driver '"$(CURDIR)/$(BIN)/git-nbmergedriver" merge %O %A %B %L %P'
	git config merge.jupyternotebook.name 'notebooks, cell by cell (nbdime)'

lock: $(READY) ## choose exact versions anew: requirements.txt → requirements.lock
	$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 requirements.txt pyproject.toml --extra test --extra dev --extra imagenet -o requirements.lock

address: $(READY) ## carry the repository's address from pyproject.toml into the book and the notebooks
	$(BIN)/python scripts/address.py

clean: ## remove what was built; the environment stays (rm -rf .venv removes it too)
	rm -rf _build .pytest_cache
