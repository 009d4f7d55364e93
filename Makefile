# Every check has one definition, here; CI runs exactly `make check`.
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
TESTS ?= tests
MARKS ?= not slow
VERSION ?= $(shell date -u +%F)
YEARS ?= $(shell y=$$(date -u +%Y); echo $$y $$((y + 2)))
COGGED := README.md docs/clocks.md docs/consuming-events.md docs/operations.md docs/deploying.md

.DEFAULT_GOAL := help
.PHONY: help setup demo up down test check format lint types imports spelling generated tests \
	bench faults deploy-check generate calendars clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

setup: $(READY) ## create .venv with everything; the other targets call it

$(READY): requirements/dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Redress needs Python 3.11 or newer; install it, or: make PYTHON=/path/to/python" >&2; exit 2; }
	@echo "Setting up $(VENV) (once, about a minute)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

demo: $(READY) ## watch real complaints travel from intake to closure
	@$(BIN)/python -m tests.demo

up: $(READY) ## start Kafka, MongoDB, the sandbox exchange and all services
	@$(BIN)/redress up --detach

down: $(READY) ## stop them
	@$(BIN)/redress down

test: $(READY) ## all tests but the minutes-long ones
	@$(BIN)/python -m pytest $(TESTS) -m "$(MARKS)" --durations=10

check: format lint types imports spelling generated deploy-check tests ## everything CI runs

format: $(READY)
	@$(BIN)/ruff format --check --quiet .

lint: $(READY)
	@$(BIN)/ruff check --quiet .

types: $(READY)
	@$(BIN)/mypy

imports: $(READY)
	@$(BIN)/lint-imports --no-logo

spelling: $(READY)
	@$(BIN)/codespell

generated: $(READY)
	@$(BIN)/python -m shared.contract --check
	@$(BIN)/python -m deploy.manifests --check
	@$(BIN)/python -m cogapp --check --verbosity=0 --check-fail-msg="run: make generate" $(COGGED)

tests: test

generate: $(READY) ## write schemas, manifests and the pages' tables anew from the code
	@$(BIN)/python -m shared.contract
	@$(BIN)/python -m deploy.manifests
	@$(BIN)/python -m cogapp -r --verbosity=1 $(COGGED)

calendars: $(READY) ## new holidays, as new files: make calendars VERSION=2027-11-22 YEARS="2026 2028"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/calendars.lock
	@$(BIN)/python -m deploy.calendars $(VERSION) $(YEARS)

bench: $(READY) ## throughput beside a tutorial's way and the machine's limit, in one run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.lock
	@$(BIN)/python -m tests.bench

faults: $(READY) ## kill, cut, pause, flood and mislead it; check that nothing was lost or done twice
	@$(BIN)/python -m pytest tests/faults tests/model -m "" --durations=10

deploy-check: $(READY) ## build and check the Kubernetes manifests and the Dockerfile
	@$(BIN)/python -m deploy.validate

clean: ## remove what setup made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
