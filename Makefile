PYTHON ?= python3
ARGS ?=
SECONDS ?= 180
BIN := .venv/bin
TRANSLATIONS := $(wildcard locale/*/LC_MESSAGES/*.po)

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help setup demo test bench soak

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' Makefile

setup: .venv/.installed ## make .venv and install what the rest needs
	@scripts/system-packages

demo: setup ## grade a sample submission, and a small class of them
	@rm -rf build/demo
	@mkdir -p build/demo
	@$(BIN)/grade exercise03 tests/submissions/park_sora/exercise03.py --report build/demo/park_sora.html || [ $$? -eq 1 ]
	@echo
	@$(BIN)/grade batch tests/submissions --out build/demo/marks --unsafe

test: setup ## run all tests, or some: make test ARGS="tests/grader -k wire"
	@PYTEST_XDIST_AUTO_NUM_WORKERS=$$(($$(getconf _NPROCESSORS_ONLN) + 1)) $(BIN)/python -m pytest -q -n auto $(ARGS)

bench: setup ## measure what a call, a run and a class cost, also beside nbgrader, and how often a mistake is named
	@$(BIN)/python tests/benchmarks/bench.py
	@$(BIN)/python tests/benchmarks/levels.py
	@$(BIN)/python -m tests.benchmarks.tolerances
	@$(BIN)/python tests/benchmarks/classes.py
	@$(BIN)/python tests/benchmarks/diagnosis.py
	@$(BIN)/python -m tests.benchmarks.nbgrader_time
	@$(BIN)/python -m tests.benchmarks.nbgrader_marks

soak: setup ## attack, run 1,000 workers, kill batches, fuzz the wire for SECONDS, grade every mutant
	@$(BIN)/python -m tests.soak --seconds $(SECONDS) $(ARGS)

# hatchling and Babel come first: built with them in place, a second install needs no network.
.venv/.installed: pyproject.toml hatch_build.py $(TRANSLATIONS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "this needs Python 3.11 or newer: make PYTHON=python3.11")'
	@echo "installing into .venv (the first time this downloads PyTorch, which is large)"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet hatchling Babel
	@$(BIN)/python -m pip install --no-build-isolation -e '.[test]'
	@touch $@
