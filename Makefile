# Guanjia. `make run` serves the demo company; `make test` runs everything.
SHELL := /bin/bash
BIN := .venv/bin
PORT ?= 8080
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
export PYTHON
export GUANJIA_HOME ?= $(CURDIR)/instance

.PHONY: help run test check lint bench lock audit sbom clean installed installed-dev
.DEFAULT_GOAL := help

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: installed ## serve on 127.0.0.1:8080 (PORT=…), with the demo company when there is no data yet
	@$(BIN)/flask --app run release
	@$(BIN)/flask --app run demo --if-empty
	@echo "http://127.0.0.1:$(PORT)/"
	@exec $(BIN)/gunicorn --config gunicorn.conf.py --bind 127.0.0.1:$(PORT) run:app

test: installed-dev ## everything: rules, verbs, roles, races, migrations, API, browser (ARGS=… for pytest)
	@bin/test-needs
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

lint: installed-dev ## ruff, mypy, the floor plan
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## what a change has to pass

bench: installed-dev ## figures beside stock Flask-AppBuilder and Django admin (docs/performance.md)
	$(BIN)/python -m bench $(ARGS)

lock: installed-dev ## pin requirements.in and requirements-dev.in, with hashes
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) requirements-dev.in requirements.in --output-file requirements-dev.txt

audit: installed-dev ## known vulnerabilities; fails when a package could not be audited
	@$(BIN)/python bin/audit.py

sbom: installed ## what we ship, as build/sbom.json (CycloneDX)
	@$(BIN)/python bin/sbom.py

clean: ## remove what the tests, the bench and the checks leave
	rm -rf build test-output .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

installed:
	@bin/install requirements.txt

installed-dev: installed
	@bin/install requirements-dev.txt
