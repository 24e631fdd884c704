# The commands to know. `make help` names them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet --quiet  # twice: errors alone; what pip says of how others package their work tells a newcomer nothing
# One more than cores: while one waits, another works.
PROCESSES ?= $(shell { nproc 2>/dev/null || echo 1; } | awk '{ print ($$1 > 7 ? 8 : $$1 + 1) }')
export PYTHONDONTWRITEBYTECODE := # each of many processes would compile the program anew

.PHONY: help run test check axe features bench demo translations migration

help: ## show these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/requirements.stamp ## start everything on this machine (DEMO=0: without the demonstration firm)
	@exec $(BIN)/python app.py

test: $(VENV)/requirements-dev.stamp ## run all tests, on SQLite and on PostgreSQL
	@scripts/install-test-tools
	$(BIN)/python -m pytest -q -n $(PROCESSES) --database=sqlite --features-report=var/features.json --asked=var/asked.json
	$(BIN)/python -m pytest -q -n $(PROCESSES) --database=postgresql -m "database and not portable" --asked=var/asked.json

check: $(VENV)/requirements-dev.stamp ## style, types, borders between the rooms, fresh catalogues
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	scripts/translations --check

axe: $(VENV)/requirements-dev.stamp ## look at every page in every language, light and size, and write the result into the statement on accessibility
	@scripts/install-test-tools
	$(BIN)/python -m pytest -q -n $(PROCESSES) tests/screens/test_every_page.py --every-look --statement

features: $(VENV)/requirements-dev.stamp ## list what the product must do, and what the last test run proved of it
	@$(BIN)/python -m tests.features

bench: $(VENV)/requirements-dev.stamp ## measure what the program does best (LARGE=1: with a million contacts, a quarter of an hour)
	$(BIN)/python -m bench $(if $(LARGE),--large)

demo: $(VENV)/requirements.stamp ## fill an empty installation with the demonstration firm
	@$(BIN)/flask --app app crm demo

translations: $(VENV)/requirements-dev.stamp ## bring the catalogues up to date with the sources and compile them
	scripts/translations
	$(BIN)/python -m app.cli.catalogues
	@KURIER_HOME=$$(mktemp -d) $(BIN)/flask --app app crm pages

migration: $(VENV)/requirements-dev.stamp ## write a migration for changed models: make migration name="add phone"
	@test -n "$(name)" || { echo 'Give it a name: make migration name="add phone"' >&2; exit 2; }
	$(BIN)/flask --app app crm migration "$(name)"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo 'Kurier needs Python 3.11 or newer; no such python3 was found on PATH.' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo 'Python cannot make a virtual environment: install python3-venv, then try again.' >&2; exit 1; }

$(VENV)/%.stamp: %.txt | $(BIN)/python
	@echo 'Installing what $< lists (about a minute, once)…'
	@$(PIP) install --require-hashes --prefer-binary -r $<
	@touch $@
