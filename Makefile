# Everything a newcomer types. Each target does the set-up that it needs.

PYTHON ?= python3
VENV   := .venv
PEERS  := .venv-bench
BIN    := $(VENV)/bin
# Two for each processor: many tests wait for a daemon, or for a database.
WORKERS = --numprocesses $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN))
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes

.DEFAULT_GOAL := help
.PHONY: help setup run demo test lint format bench chaos lock upgrade clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1|/' | column -t -s '|'

setup: $(VENV)/.installed ## make .venv with the locked dependencies; then .venv/bin/tocsin works

run: $(VENV)/.installed ## start the daemon; writes an annotated tocsin.toml if there is none
	@test -e tocsin.toml || $(BIN)/tocsin init
	@exec $(BIN)/tocsin run

demo: $(VENV)/.installed ## the whole service, offline, on a news site of its own
	@exec $(BIN)/tocsin demo

test: $(VENV)/.developing ## the whole suite
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest $(WORKERS) --dist worksteal --quiet

lint: $(VENV)/.developing ## style, types and imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.developing ## put the code in the one form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.developing $(if $(findstring --data,$(BENCH)),$(PEERS)/.installed) ## measure: see bench/README.md
	@$(BIN)/python -m bench $(BENCH)

chaos: $(VENV)/.developing ## alerts among failing receivers, on a failing machine: twenty minutes
	@$(BIN)/python -m tests.end_to_end.chaos $(CHAOS)

lock: $(VENV)/.developing ## resolve what pyproject.toml asks for and is not locked yet
	$(BIN)/python scripts/lock.py

upgrade: $(VENV)/.developing ## lock the newest of all dependencies
	$(BIN)/python scripts/lock.py --upgrade

clean: ## remove the environments and all caches
	rm -rf $(VENV) $(PEERS) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Tocsin needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version). Name another: make PYTHON=python3.11 …" >&2; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python cannot make environments here. On Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.installed: $(VENV)/bin/python requirements.lock pyproject.toml
	@echo "Installing the locked dependencies …"
	@$(PIP) --requirement requirements.lock
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.developing: $(VENV)/.installed requirements-dev.lock
	@echo "Installing what tests and checks need …"
	@$(PIP) --requirement requirements-dev.lock
	@touch $@

# The extractors that ours is measured beside, and what trains it. The lock names all that they need; pip's
# own look at it is left out, because it takes two spellings of one extra (lxml's html_clean) for a conflict.
$(PEERS)/.installed: $(VENV)/.installed requirements-bench.lock
	@echo "Installing what bench/ measures beside ours …"
	@$(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps --requirement requirements-bench.lock
	@$(PEERS)/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
