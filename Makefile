# The commands of this house; `make` alone tells them. They need make and Python 3.11 or newer with
# venv, nothing else (on a bare Debian: apt-get install make git python3-venv). PYTHON=python3.13
# chooses another interpreter; ARGS="..." is handed on to the command.
PYTHON ?= python3
ARGS ?=
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint format screenshots bench drill simulate clean

# An environment is finished when its stamp stands, which is written last and named after the
# interpreter and the pins. A half-made one, one of other pins and one of another Python have no
# such stamp, and are made again from nothing.
fingerprint = $(shell $(PYTHON) -c 'import hashlib, sys; \
    h = hashlib.sha256(repr((sys.version_info[:2], sys.base_prefix)).encode()); \
    [h.update(open(name, "rb").read()) for name in sys.argv[1:]]; \
    print(h.hexdigest()[:16])' $(1) 2>/dev/null)
runs := .venv/ready-to-run-$(call fingerprint,requirements.txt)
tests := .venv/ready-to-test-$(call fingerprint,requirements.txt requirements-test.txt)
python := .venv/bin/python
install := $(python) -m pip --disable-pip-version-check --no-input --quiet install --require-hashes

help:
	@echo 'make demo      builds a demonstration foundation and serves it (ARGS="--scale 1")'
	@echo 'make test      all that must hold: style, types, rules, both databases, a real browser'
	@echo 'make lint      style, types and templates only'
	@echo 'make format    lets ruff lay out the code'
	@echo 'make screenshots  pictures of every page in instance/screenshots, on desk and phone'
	@echo 'make bench     measurements, beside the bare floor'
	@echo 'make drill     drills: what must survive a crash, a double sending, a restore'
	@echo 'make simulate  the whole foundation at work, drawn from seeds (ARGS="--minutes 60")'
	@echo 'make clean     removes the environment and what the tools left, but never instance/'

demo: $(runs)
	@$(python) -m kombeheer demo $(ARGS)

test: lint
	@$(python) -m tests.chromium
	$(python) -m pytest -n 2 -p tests.no_skips $(ARGS)

lint: $(tests)
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy
	$(python) -m djlint templates --lint --quiet

format: $(tests)
	$(python) -m ruff check --fix-only .
	$(python) -m ruff format .

screenshots: $(tests)
	@$(python) -m tests.chromium
	KOMBEHEER_TEST_SCREENSHOTS=instance/screenshots $(python) -m pytest -n 2 \
	    tests/browser/test_looks.py $(ARGS)

bench: $(tests)
	@$(python) -m tests.bench $(ARGS)

drill: $(tests)
	@$(python) -m tests.drills $(ARGS)

simulate: $(tests)
	@$(python) -m tests.simulation $(ARGS)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(runs):
	@command -v $(PYTHON) >/dev/null || { \
	    echo "kombeheer needs Python 3.11 or newer, and there is no $(PYTHON) here. Install it, or" \
	        "name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "kombeheer needs Python 3.11 or newer, and $(PYTHON) is `$(PYTHON) -V 2>&1`." \
	        "Name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$(PYTHON) cannot make environments: its venv is missing. On Debian and Ubuntu type:" \
	        "apt-get install python3-venv" >&2; exit 1; }
	@echo "Making .venv and installing what the application needs (once, some ten seconds) ..."
	@rm -rf .venv
	@$(PYTHON) -m venv .venv
	@$(install) -r requirements.txt
	@touch $@

$(tests): $(runs)
	@echo "Installing what the tests need (once, some twenty seconds) ..."
	@$(install) -r requirements-test.txt
	@touch $@
