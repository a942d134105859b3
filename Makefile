# Two commands matter: `make demo` and `make test`. Each does all its own set-up in .venv, with nothing but
# Python 3.11 (or later), pip and make on the machine.

PYTHON ?= python3
BIN := .venv/bin

# Tests run on every core, each worker with a broker of its own; on a broker that is given, one after the other.
JOBS ?= $(if $(MERITLOG_BROKERS),0,logical)

RATE ?= 10

.PHONY: demo live jars test soak lint types imports docs fresh check clean

demo: .venv/.ready
	@$(BIN)/meritlog demo

live: .venv/.live
	@$(BIN)/meritlog demo --live --rate $(RATE)

jars: .venv/.tools
	@$(BIN)/python -c 'from meritlog.broker.distribution import distribution; distribution()'

test: .venv/.tools
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist worksteal

soak: .venv/.tools
	$(BIN)/python -m benchmarks.soak

lint: .venv/.tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.tools
	$(BIN)/mypy

imports: .venv/.tools
	$(BIN)/lint-imports

docs: .venv/.tools
	$(BIN)/python docs/generate.py

fresh: .venv/.tools
	$(BIN)/python docs/generate.py --check

check: test lint types imports fresh

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/.ready: pyproject.toml
	@echo "Setting up .venv, once, in about half a minute ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "meritlog needs Python 3.11 or later: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.live: .venv/.ready
	@echo "Adding a Java and Kafka ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[broker]'
	@touch $@

.venv/.tools: .venv/.ready
	@echo "Adding the development tools ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
