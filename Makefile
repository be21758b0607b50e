# make run   installs, indexes samples/, serves the page on http://127.0.0.1:8000
# make test  installs, then everything CI runs
# make lock  renews requirements.lock after a change of dependencies
# make audit looks up known holes of everything in requirements.lock

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INDEX := .hudhud

.PHONY: run test install install-dev check chromium lock audit

# What a torch from PyPI wants for graphics cards. Which torch is right depends on the machine (see
# constraints.txt), so neither it nor these are locked; the rest of what it needs is.
CUDA := triton cuda-toolkit cuda-bindings nvidia-cudnn-cu13 nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvshmem-cu13

run: install
	$(BIN)/hudhud rebuild-index samples --index $(INDEX)
	$(BIN)/hudhud serve --index $(INDEX)

test: install-dev check

check:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest

lock: install-dev
	printf '%s\n' $(CUDA) | $(BIN)/uv pip compile pyproject.toml --extra all --constraint constraints.txt \
		--python-version 3.11 --python-platform x86_64-unknown-linux-gnu --generate-hashes --upgrade --quiet \
		--no-emit-package torch --excludes /dev/stdin --custom-compile-command 'make lock' --output-file requirements.lock

# --strict: a package that could not be looked up is no package without holes.
audit: install-dev
	$(BIN)/pip-audit --requirement requirements.lock --require-hashes --disable-pip --strict

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
