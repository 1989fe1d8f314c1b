# Everything here needs only a Python >= 3.10, make, and the Pulumi CLI (or Go, to build it once).
# Paths are relative and quoted, so the checkout may stand in a folder with spaces in its name.

SHELL = /bin/sh
# PYTHON=… names the Python that .venv is made from.
export PYTHON
# Where Python may not keep what it has compiled, each of the tests' many processes compiles anew.
unexport PYTHONDONTWRITEBYTECODE
# So many tests at once; those on the engine spend much of their time waiting for it.
WORKERS ?= 4
PYTEST_ARGS ?=

python = sh scripts/python.sh
# Runs a command with a virtual environment and the engine first on PATH.
run_in = engine=$$($(python) engine/ensure.py) && \
	PATH="$$PWD/$(1)/bin:$$engine:$$PATH"
run = $(call run_in,.venv)
pytest_options = --quiet --numprocesses $(WORKERS) --dist loadgroup
# What pyright judges as users would: the programs they copy, and the public types.
pyright_paths = $(wildcard examples tests/typing)

.PHONY: help setup engine engine-path demo test test-oldest fuzz live check fmt docs site pictures bench profile bench-gates coverage audit dist clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 14

demo: setup ## set everything up and run the main job: real Pulumi against the emulator
	@$(run) .venv/bin/python scripts/demo.py

test: setup ## set everything up and run all tests, those on the real engine included
	@$(run) .venv/bin/python -m tests.clients.node
	@$(run) .venv/bin/python -m tests.clients.airflow
	@$(run) .venv/bin/python -m tests.browser.chromium
	@$(run) .venv/bin/python -m pytest $(pytest_options) $(PYTEST_ARGS)

# What meets Pulumi's SDK or the libraries, down to one example on the real engine. Nothing of ours
# is asynchronous but the emulator, and anyio's plugin of old does not load in today's pytest. The
# extra `policy` has no oldest: pip finds no set of old versions that it goes with.
oldest_tests = tests/unit --ignore=tests/unit/test_policy.py tests/plugin "tests/engine/test_examples.py::$(oldest_example)"
oldest_example = test_example_through_its_life_behaves_as_promised[02-dataset-task-and-run]

# Most of them wait.
test-oldest: WORKERS = 8
test-oldest: setup ## the same with the oldest Python, Pulumi SDK and libraries, for what meets them
	@.venv/bin/python scripts/oldest.py
	@$(call run_in,.venv-oldest) FULL_MATRIX= EXAMPLES_VENV="$$PWD/.venv-oldest" \
		.venv-oldest/bin/python -m pytest $(pytest_options) -p no:anyio $(oldest_tests)

# What computes and asks nobody: a test of values reaches all of it. The floor is what is reached.
pure = schema scoring errors settings
coverage: setup ## the tests of values, and how much of the pure code they reach
	@.venv/bin/python -m pytest $(pytest_options) tests/unit tests/scoring --cov-branch \
		$(pure:%=--cov=arize_tasks.%) --cov-report=term-missing:skip-covered --cov-fail-under=98

# AUDIT_REQUIRED=1, as at a release: fail also where the database of advisories does not answer.
audit: setup ## look up what is installed in the public database of vulnerabilities
	@.venv/bin/python scripts/audit.py

DIST ?= dist
dist: setup ## build the sdist, and the wheel from it, into dist/
	@rm -f "$(DIST)"/pulumi_arize_tasks-*
	@.venv/bin/python -m build --quiet --outdir "$(DIST)" .
	@ls "$(DIST)"

fuzz: setup ## live random lives (STEPS=500 SEED=1): faults, interruptions, changes behind the back
	@$(run) .venv/bin/python -m tests.fuzz $(or $(STEPS),500) $(or $(SEED),1) $(WORKERS)

# Asks before it makes anything; ARGS=--yes does not.
live: setup ## try a real account: ARIZE_API_KEY, ARIZE_SPACE, and for the example ARIZE_PROJECT, ARIZE_EVALUATOR
	@$(run) .venv/bin/python scripts/live.py $(ARGS)

check: setup ## format, lint, types, import contracts
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	$(if $(pyright_paths),.venv/bin/pyright --pythonpath .venv/bin/python $(pyright_paths))
	.venv/bin/lint-imports

fmt: setup ## format, and mend what the linter can
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

docs: setup ## write the pages that are generated
	.venv/bin/python -m tests.matrix.table
	.venv/bin/python -m tests.engine.when
	.venv/bin/python -m tests.cli.commands
	.venv/bin/python -m tests.docs.reference
	.venv/bin/python -m tests.docs.tables
	.venv/bin/python -m tests.emulator.ledger_tables
	.venv/bin/python -m tests.engine.readings_table
	.venv/bin/python -m bench.gate_figures
	.venv/bin/python -m bench.scale.figures

site: setup ## build the documentation as a site in site/, which needs no network to be read
	@.venv/bin/python scripts/site.py

pictures: setup ## draw the docs' pictures of a terminal, from real runs
	@$(run) .venv/bin/python scripts/pictures.py

# N, UNCHECKED, RUNS: one or several sizes. bench/README.md says which were measured for the docs.
bench: setup ## what N=100 tasks, RUNS=100 and so on cost against doing nothing; JSON=FILE keeps the figures
	@$(run) .venv/bin/python -m bench.scale --tasks $(or $(N),100) \
		--unchecked $(or $(UNCHECKED),$(N),100) --runs $(or $(RUNS),100) --sdk $(or $(SDK),100) \
		--cli $(or $(CLI),10) --longest $(or $(LONGEST),300) $(if $(JSON),--json "$(JSON)")

profile: setup ## where the time of VERBS="up" goes with N=300 tasks, in program and provider
	@$(run) .venv/bin/python -m bench.scale.profile $(or $(N),300) $(VERBS)

bench-gates: setup ## simulate how often a gate is wrong (minutes; the figures are in docs/concepts/gates.md)
	.venv/bin/python -m bench.gates

setup: ## make .venv and install everything into it
	@$(python) scripts/setup.py

engine: ## build the Pulumi engine, unless there is one
	@folder=$$($(python) engine/ensure.py) && echo "engine: using the pulumi in $$folder"

engine-path: ## print the folder of the pulumi in use
	@$(python) engine/ensure.py

clean: ## remove .venv and caches from the checkout (the engine stays in the user's cache)
	rm -rf .venv .venv-oldest dist site .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
