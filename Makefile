# Two commands on a fresh machine: make serve, make test. Needs Python 3.11 or later, pip and make.
.DEFAULT_GOAL := help
.PHONY: help serve install test test-long golden lint lock wheel clean

PYTHON ?= python3
VENV := .venv
VENV_AWS := .venv-aws
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-annotate
PORT ?= 8000

help: ## show what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

serve: $(VENV)/ready ## build the demo, serve it on http://127.0.0.1:8000, rebuild on save
	@$(BIN)/inkstead serve --content content --port $(PORT)

install: $(VENV)/ready ## make .venv from the lock file

test: $(VENV)/ready-for-tests $(VENV_AWS)/ready ## pass every test, lint, types and walls
	@$(BIN)/python -m pytest -n auto

test-long: $(VENV)/ready-for-tests $(VENV_AWS)/ready ## kill enumerations, soaks and the like
	@$(BIN)/python -m pytest -m long

golden: $(VENV)/ready-for-tests ## write the golden snippets anew, to be read in git diff
	@$(BIN)/python -m tests.snippets.golden

lint: $(VENV)/ready-for-tests ## ruff, mypy --strict, import walls
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lock: $(VENV)/ready ## resolve the lock files again
	@$(PIP) uv
	@$(COMPILE) pyproject.toml --group build -o requirements.lock
	@$(COMPILE) pyproject.toml --group build --group test -o requirements-test.lock
	@$(COMPILE) --group aws -o requirements-aws.lock

wheel: $(VENV)/ready ## build the wheel into dist/
	@$(BIN)/hatchling build --target wheel

clean: ## take away everything that can be made again
	@rm -rf $(VENV) $(VENV_AWS) dist build output .cache .inkstead .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed, this is " + sys.version)'
	@$(PYTHON) -m venv $(VENV)

# A lock file that changed makes the stamps stale, so the next command installs it.
$(VENV)/ready: $(VENV)/bin/python requirements.lock pyproject.toml
	@echo "installing what requirements.lock pins (once)"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-for-tests: $(VENV)/ready requirements-test.lock
	@echo "installing what requirements-test.lock pins (once)"
	@$(PIP) --require-hashes -r requirements-test.lock
	@touch $@

# Beside the other, because what it holds pins a botocore of its own.
$(VENV_AWS)/ready: requirements-aws.lock
	@echo "installing what requirements-aws.lock pins (once)"
	@$(PYTHON) -m venv $(VENV_AWS)
	@$(VENV_AWS)/bin/python -m pip --disable-pip-version-check install --quiet \
		--require-hashes -r requirements-aws.lock
	@touch $@
