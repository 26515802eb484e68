# The commands of this project. Each sets up what it needs: `make run` and `make test` work on a fresh machine.
PYTHON ?= python3
BIN := .venv/bin
SHELL := /bin/bash
# What Python has compiled is kept, whatever the machine says: programs are started by the hundred in the tests.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test simulate faults failover check bench words lock clean

run: .venv/ready            ## open the program on its main job, in a sample city
	@$(BIN)/clerk demo

test: .venv/ready           ## every test that is quick
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

faults: .venv/ready         ## kill programs and servers in the middle, a thousand times (CLERK_KILLS=...), and look
	$(BIN)/python -m pytest -n 2 -m faults tests/faults $(ARGS)

simulate: .venv/ready       ## a thousand simulated cities (SEEDS=...), each from a seed: networks, machines, disks and clocks fail
	@$(BIN)/python -m tests.simulation city --windows 8 --departments 4 --hours 1 --faults --seeds $(or $(SEEDS),1000) --json

failover: .venv/ready       ## three PostgreSQL servers under Patroni: the primary is killed under load (Debian's packages)
	$(BIN)/python -m pytest -s -m failover tests/faults/test_failover.py $(ARGS)

check: .venv/ready          ## style, types, the arrows between rooms, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry clerk_app screens scanners db

PHOTOGRAPHS := $(wildcard $(or $(CLERK_TEST_DATA),../shared/data)/qr-photos/qrcode-*)

bench: .venv/ready          ## all six benchmarks, short, each with its reference in the same run: feel, codes, claims, a center
	$(BIN)/python -m benchmarks scan
	$(if $(PHOTOGRAPHS),$(BIN)/python -m benchmarks decode $(PHOTOGRAPHS) --size 640x480)
	$(BIN)/python -m benchmarks decode --drawn 4 --clips 4
	$(BIN)/python -m benchmarks feel
	$(BIN)/python -m benchmarks queue --rows 1000,10000 --workers 1,16 --rounds 5
	$(BIN)/python -m benchmarks accept --rounds 3
	$(BIN)/python -m benchmarks sync --scale 0.1 --rounds 3

words: .venv/ready          ## collect what people read, name what has no Chinese yet, and compile the rest
	@$(BIN)/python -m tests.locales.translations

lock: .venv/ready           ## write requirements.lock anew from the ranges in pyproject.toml
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --no-annotate --no-header \
	  --no-emit-index-url --upgrade -o requirements.lock

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing packages (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@bash .ci/libzbar
	@touch $@
