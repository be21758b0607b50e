# make run   installs, indexes samples/, serves the page on http://127.0.0.1:8000
# make test  installs, then everything CI runs

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INDEX := .hudhud

.PHONY: run test install install-dev check chromium

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
install-dev: $(VENV)/.installed-dev chromium

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

# The tests of the pages drive Debian's Chromium; where there is none and it cannot be installed, they are skipped.
chromium:
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then \
		:; \
	elif ! command -v apt-get >/dev/null; then \
		echo "There is no Chromium for the tests of the pages, and no apt-get to install it; they will be skipped."; \
	elif [ "$$(id -u)" != 0 ]; then \
		echo "There is no Chromium for the tests of the pages; they will be skipped. For them: sudo apt-get install chromium"; \
	else \
		{ apt-get update --quiet=2 && DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes chromium >/dev/null; } \
		|| echo "Chromium could not be installed; the tests of the pages will be skipped."; \
	fi
