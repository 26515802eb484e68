# The commands of this project. Each sets up what it needs: `make run` and `make test` work on a fresh machine.
PYTHON ?= python3
BIN := .venv/bin
SHELL := /bin/bash
# One worker more than two cores: some tests wait for other programs.
WORKERS := 3
# Compiled Python files are kept, whatever the environment sets: the tests start hundreds of programs.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test test-all simulate monkey faults failover check bench pictures words lock clean

run: .venv/ready            ## open the program on its main job, in a sample city
	@$(BIN)/clerk demo

test: .venv/ready-test      ## every test that is quick
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

test-all: .venv/ready-test  ## quick and wide tests: more examples, more pictures, every combination
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m 'not faults and not failover' $(ARGS)

faults: export CLERK_FUZZ_SECONDS ?= 30
faults: .venv/ready-test    ## kill programs and servers, a thousand times (CLERK_KILLS=...); fuzz each reader (CLERK_FUZZ_SECONDS=...)
	$(BIN)/python -m pytest -n 2 -m faults tests/faults $(ARGS)
	$(BIN)/python -m pytest -n 2 -m wide tests/licences/test_long_fuzz.py $(ARGS)

simulate: .venv/ready-test  ## a thousand simulated cities (SEEDS=...), each from a seed: networks, machines, disks and clocks fail
	@$(BIN)/python -m tests.simulation city --windows 8 --departments 4 --hours 1 --faults --seeds $(or $(SEEDS),1000) --json

monkey: .venv/ready-test    ## an hour (MINUTES=...) of random keys, scans, pastes, resizes and restarts over all roles of a city
	@$(BIN)/python -m tests.monkey --minutes $(or $(MINUTES),60) --seed $(or $(SEED),1)

failover: .venv/ready-test  ## three PostgreSQL servers under Patroni: the primary is killed under load (Debian's packages)
	$(BIN)/python -m pytest -s -m failover tests/faults/test_failover.py $(ARGS)

check: .venv/ready-test     ## style, types, import contracts and circles, dependencies, commit subjects
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry clerk_app screens scanners db
	@bash .ci/commit_subjects

PHOTOGRAPHS := $(wildcard $(or $(CLERK_TEST_DATA),../shared/data)/qr-photos/qrcode-*)

bench: .venv/ready-test     ## all nine benchmarks, short, each with its reference in the same run: feel, codes, claims, a center, a catalogue
	$(BIN)/python -m benchmarks scan
	$(if $(PHOTOGRAPHS),$(BIN)/python -m benchmarks decode $(PHOTOGRAPHS) --size 640x480)
	$(BIN)/python -m benchmarks decode --drawn 4 --clips 4
	$(BIN)/python -m benchmarks feel
	$(BIN)/python -m benchmarks queue --rows 1000,10000 --workers 1,16 --rounds 5
	$(BIN)/python -m benchmarks accept --rounds 3
	$(BIN)/python -m benchmarks registry --rows 30000
	$(BIN)/python -m benchmarks catalogue --scale 0.1 --rounds 2 --queries 10
	$(BIN)/python -m benchmarks sync --scale 0.1 --rounds 3
	$(BIN)/python -m benchmarks encryption --rounds 10

pictures: .venv/ready-test  ## pictures of every screen for docs/screens.md, from the running program
	$(BIN)/python -m tests.pictures $(ARGS)

words: .venv/ready-test     ## collect sentences, list those without Chinese, compile the catalogue
	@$(BIN)/python -m tests.locales.translations

COMPILE := $(BIN)/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
  --no-emit-index-url $(LOCK_ARGS)

lock: .venv/ready-test      ## write both lock files from the ranges in pyproject.toml (LOCK_ARGS=--upgrade for newer versions)
	$(BIN)/pip install -q uv
	$(COMPILE) -o requirements.lock
	$(COMPILE) --group dev -c requirements.lock -o requirements-test.lock

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing packages (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@bash .ci/libzbar
	@touch $@

.venv/ready-test: .venv/ready requirements-test.lock
	@echo "Installing test packages (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-test.lock
	@# Without this, each process of a first run compiles every test. Errors are reported by the run.
	@echo "Compiling tests (once) ..."
	@$(BIN)/python -m pytest --collect-only -q -m '' >/dev/null || true
	@touch $@
