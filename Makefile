# Guanjia. `make run` serves the demo company; `make test` runs everything.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.13 || command -v python3.12 || command -v python3.11 || command -v python3)
BIN := .venv/bin
PORT ?= 8080
export GUANJIA_HOME ?= $(CURDIR)/instance

.PHONY: help run test check lint bench lock audit sbom clean
.DEFAULT_GOAL := help

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	@touch $@

# Installed again only when the pins change.
.venv/.run: requirements.txt | .venv/.made
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

run: .venv/.run ## serve on 127.0.0.1:$(PORT), with the demo company when there is no data yet
	@$(BIN)/flask --app run release
	@$(BIN)/flask --app run demo --if-empty
	@echo "http://127.0.0.1:$(PORT)/"
	@exec $(BIN)/gunicorn --config gunicorn.conf.py --bind 127.0.0.1:$(PORT) run:app

test: .venv/.dev ## everything: rules, verbs, roles, races, migrations, API, browser
	@bin/test-needs
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

lint: .venv/.dev ## ruff, mypy, the floor plan
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## what a change has to pass

bench: .venv/.dev ## figures beside a plain Flask-AppBuilder view (docs/performance.md)
	$(BIN)/python -m bench $(ARGS)

lock: .venv/.dev ## pin requirements.in and requirements-dev.in, with hashes
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header requirements-dev.in requirements.in -o requirements-dev.txt

audit: .venv/.dev ## known vulnerabilities; fails when a package could not be audited
	@bin/audit

sbom: .venv/.run ## what we ship, as build/sbom.json (CycloneDX)
	@$(BIN)/python bin/sbom

clean: ## remove what the tests and the bench leave
	rm -rf build test-output .pytest_cache .mypy_cache .ruff_cache .hypothesis
