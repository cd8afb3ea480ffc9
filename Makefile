# The commands of this project. On a new machine `make demo` or `make test` is enough: both do all set-up.
.DEFAULT_GOAL := help
.PHONY: help demo test install check format lock bench clean

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 5000
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check
# One more than CI has processors: a third of the time is waiting for browsers and for processes that are killed.
TESTS_AT_ONCE ?= 3
# Several times as fast. Where it cannot install, say since only pip knows of the packages' mirror, pip does the same.
UV := $(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: install ## Load a demo school and serve it (HOST=0.0.0.0 for phones on your network, PORT=5000)
	@$(BIN)/survey demo --host $(HOST) --port $(PORT)

test: .venv/tested ## Run all tests
	@bash .ci/services start
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $(TESTS_AT_ONCE) --dist worksteal -q; status=$$?; bash .ci/services stop; exit $$status

install: .venv/installed ## Set up .venv with the locked dependencies; leaves .venv/bin/survey

check: .venv/tested ## Lint, types, import contracts
	@$(BIN)/flake8 survey tests bench
	@$(BIN)/isort --check-only --quiet survey tests bench
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/survey check --publish questionnaires

format: .venv/tested ## Sort imports
	@$(BIN)/isort --quiet survey tests bench

bench: .venv/tested ## Measure, and print the figures as tables
	@$(BIN)/python -m bench

lock: .venv/tested ## Choose the newest versions that setup.cfg allows, with hashes
	@$(BIN)/uv pip compile -q setup.cfg --universal --generate-hashes --no-header --upgrade -o requirements.lock
	@$(BIN)/uv pip compile -q setup.cfg --all-extras --universal --generate-hashes --no-header \
		-c requirements.lock -o requirements-test.lock
	@echo uv | $(BIN)/uv pip compile -q - --universal --generate-hashes --no-header -c requirements-test.lock -o .ci/uv.lock

clean: ## Remove the environment; keeps var/ with the database and the keys
	rm -rf .venv build *.egg-info

.venv/installed: requirements.lock .ci/uv.lock setup.cfg pyproject.toml
	@bash .ci/system run
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Overstap needs Python 3.11 or newer; set PYTHON=")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked dependencies ..."
	@$(PIP) --require-hashes -r .ci/uv.lock || true
	@$(UV) --require-hashes -r requirements.lock || $(PIP) --require-hashes -r requirements.lock
	@$(UV) --no-deps -e . || $(PIP) --no-deps -e .
	@touch $@

.venv/tested: .venv/installed requirements-test.lock
	@bash .ci/system test
	@echo "Installing what the tests need ..."
	@$(UV) --require-hashes -r requirements-test.lock || $(PIP) --require-hashes -r requirements-test.lock
	@touch $@
