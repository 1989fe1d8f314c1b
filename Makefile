# Everything here needs only a Python >= 3.10, make, and the Pulumi CLI (or Go, to build it once).
# Paths are relative and quoted, so the checkout may stand in a folder with spaces in its name.

SHELL = /bin/sh
# PYTHON=… names the Python that .venv is made from.
export PYTHON
# At most so many tests at once: each of the engine ring is a whole Pulumi with its memory.
WORKERS ?= 4
PYTEST_ARGS ?=

python = sh scripts/python.sh
# Runs a command with .venv, the engine and our launchers first on PATH.
run = engine=$$($(python) engine/ensure.py) && \
	PATH="$$PWD/.venv/bin:$$engine:$$PWD/engine/launchers:$$PATH"
# What pyright judges as users would: the programs they copy, and the public types.
pyright_paths = $(wildcard examples tests/typing)

.PHONY: help setup engine engine-path demo test check fmt docs clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 14

demo: setup ## set everything up and run the main job: real Pulumi against the emulator
	@$(run) .venv/bin/python scripts/demo.py

test: setup ## set everything up and run all tests, those on the real engine included
	@$(run) .venv/bin/python -m tests.clients.node
	@$(run) .venv/bin/python -m pytest --quiet --numprocesses auto --maxprocesses $(WORKERS) --dist loadgroup $(PYTEST_ARGS)

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

setup: ## make .venv and install everything into it
	@$(python) scripts/setup.py

engine: ## build the Pulumi engine, unless there is one
	@folder=$$($(python) engine/ensure.py) && echo "engine: using the pulumi in $$folder"

engine-path: ## print the folder of the pulumi in use
	@$(python) engine/ensure.py

clean: ## remove .venv and caches from the checkout (the engine stays in the user's cache)
	rm -rf .venv dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
