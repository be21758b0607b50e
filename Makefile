# make run   installs, indexes samples/, serves the page on http://127.0.0.1:8000
# make test  installs, then everything CI runs

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INDEX := .hudhud

.PHONY: run test install install-dev check

run: install
	$(BIN)/hudhud rebuild-index samples --index $(INDEX)
	$(BIN)/hudhud serve --index $(INDEX)

test: install-dev check

check:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# The constraints pin torch to a version that has a CPU build; it goes first, because whatever
# comes first decides which build is taken.
$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt torch
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
