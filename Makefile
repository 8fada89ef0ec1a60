# Wattledger. Two commands matter: `make demo` and `make test`; both install what they need.
SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV ?= .venv
BIN := $(VENV)/bin
EXAMPLES ?= 10
WEB := $(shell find frontend -name node_modules -prune -o -type f -print)
# What was compiled once is kept, whatever the environment says: each process begins sooner.
unexport PYTHONDONTWRITEBYTECODE
BENCHES := $(sort $(wildcard bench/bench_*.py))

.PHONY: help demo test test-all check check-types check-others fix bench bench-ledger e2e soak docs serve clean install install-dev web types browser office

help: ## List the verbs
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: install browser ## Simulated meters, read and reported, then the server (ONCE=1: stop after printing)
	@$(BIN)/wattledger demo $(if $(ONCE),--once)

serve: install browser ## The server on your own data
	@$(BIN)/wattledger serve

test: $(VENV)/.dev browser office check ## Install what tests need, check, and run the tests of all parts
	@$(BIN)/python scripts/run_tests.py

test-all: ## The tests on each Python from 3.11 to 3.13 found on this machine
	@sh scripts/test_all.sh

check: $(VENV)/.dev ## Style, types, layers, dependencies, house rules, the web application's too
	@$(MAKE) --no-print-directory --jobs=2 check-types check-others

# Two halves that take the same time, with the building of the web application in the second. The
# rules of the house are looked for among all tests, so that one which cannot be loaded is found
# here; and each process of "make test" finds them all compiled.
check-types: $(VENV)/.dev
	@$(BIN)/mypy
	@$(BIN)/pytest -q -p no:cacheprovider -m house

check-others: $(VENV)/.dev web
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/deptry src
	@$(BIN)/python scripts/check_web.py

fix: install-dev ## Mend what can be mended by itself
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: install-dev browser ## The benchmarks; each checks that its numbers are right
	@for bench in $(BENCHES); do echo "== $$bench"; PYTHONPATH=. $(BIN)/python $$bench || exit 1; done

bench-ledger: install-dev ## Faults against meters of known energy, this ledger and other rules (METERS=200)
	@$(BIN)/python bench/bench_ledger.py $(METERS)

e2e: install-dev browser ## The tests of the whole product: its commands, guides, and pages in a real browser
	@$(BIN)/python scripts/run_tests.py e2e

soak: install-dev browser ## The long tests, and the properties with EXAMPLES (10) times as many examples
	@$(BIN)/pytest -q -m soak -o timeout=7200
	@WATTLEDGER_EXAMPLES=$(EXAMPLES) $(BIN)/pytest -q -n 2 --dist loadfile -m property -o timeout=7200

docs: install-dev ## Write the generated pages of docs/reference
	@$(BIN)/python scripts/write_reference.py

clean: ## Remove what was installed and built
	rm -rf $(VENV) .cache build dist

install: $(VENV)/.runtime web
install-dev: $(VENV)/.dev web
web: $(VENV)/.web ## Build the web application

# The stamps are of the exact requirements, so a second run costs nothing.
$(VENV)/.runtime: requirements/runtime.txt pyproject.toml scripts/install.sh requirements/pip.txt
	@sh scripts/install.sh $(VENV) requirements/runtime.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml scripts/install.sh requirements/pip.txt
	@sh scripts/install.sh $(VENV) requirements/dev.txt
	@touch $@ $(VENV)/.runtime

# Made anew when one of its sources changed.
$(VENV)/.web: $(WEB) scripts/build_web.py | $(VENV)/.runtime
	@echo "Building the web application (about 60 s the first time)." >&2
	@$(BIN)/python scripts/build_web.py
	@touch $@

types: install-dev ## Write the types of the web application's API client
	@$(BIN)/python scripts/write_types.py

browser: $(VENV)/.runtime
	@sh scripts/browser.sh $(BIN)/python

office:
	@sh scripts/office.sh
