# Two commands do all the set-up that they need: `make demo` and `make test`.

BIN := .venv/bin
# As many test workers as cores: each brings its own mail servers, takes a half, and helps the other at the end.
WORKERS ?= auto
# How much `make bench` measures: full takes some 30 minutes, short some five; ROUNDS=3 halves it.
SCALE ?= full
# How long `make fuzz` looks for what breaks the reading of mails.
SECONDS ?= 3600

.PHONY: help demo test check servers torture accuracy foreign corpus bench fuzz lock clean \
	core deb test-deb reference sbom

help:
	@echo "make demo      rehearse a year of a simulated province; then open demo-out/index.html"
	@echo "make test      lint, types and all tests, with real mail servers (installs them, as root)"
	@echo "make core      the tests of judgement and planning alone, in seconds"
	@echo "make check     lint and types only"
	@echo "make torture   the long forms of the slow tests, hours of them; keeps their figures in bench/results"
	@echo "make bench     how fast it is beside what people would use instead (SCALE=short: some minutes)"
	@echo "make deb       the Debian package, with all that it imports, in dist/"
	@echo "make sbom      what mailbot is built of, as CycloneDX, in dist/"
	@echo "make test-deb  installs the package in a bare Debian and takes it through its life (as root)"
	@echo "make accuracy  how well titles are read, on the open set of real titles"
	@echo "make foreign   how well odd mails of other programs' tests are decoded, and damaged copies"
	@echo "make corpus    write docs/hostile-corpus.md anew: input, expected, got"
	@echo "make reference write rules/TRA-CUU.md and templates/TRA-CUU.md anew: every key, every variable"
	@echo "make fuzz      an hour (SECONDS=3600) of looking for mails that break the parser"
	@echo "make lock      pin the dependencies anew"

.venv/ready: requirements.lock pyproject.toml .ci/setup
	@.ci/setup

demo: .venv/ready
	$(BIN)/mailbot demo --out demo-out

servers:
	@tests/servers/install.sh

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

core: .venv/ready
	$(BIN)/pytest -q -n $(WORKERS) tests/core

test: check servers
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

torture: export MAILBOT_KEEP := 1
torture: .venv/ready servers
	MAILBOT_KILLS=1000 $(BIN)/pytest -s tests/daemon/test_kills.py
	MAILBOT_POSTINGS=2000 $(BIN)/pytest tests/ledger/test_postings.py --timeout 0
	MAILBOT_HISTORIES=100 $(BIN)/pytest tests/ledger/test_excerpt.py --timeout 0
	MAILBOT_STEPS=0 $(BIN)/pytest -s tests/daemon/test_every_step.py
	MAILBOT_TAKEOVERS=50 $(BIN)/pytest -s tests/daemon/test_takeover.py
	MAILBOT_STOPS=100 $(BIN)/pytest -s tests/daemon/test_stops.py
	MAILBOT_CUTS=0 $(BIN)/pytest -s tests/inbox/test_imap_broken_world.py tests/post/test_cut_wires.py
	MAILBOT_SEEDS=1000 $(BIN)/pytest -s tests/simulation
	MAILBOT_FULL=100000 MAILBOT_HUGE=150 $(BIN)/pytest -s tests/daemon/test_full_mailbox.py
	MAILBOT_SPAM=10000 $(BIN)/pytest tests/daemon/test_farm.py
	MAILBOT_CORPUS=all $(BIN)/pytest -s tests/hostile/test_live.py

deb: .venv/ready
	systemd/debian/build $(WHEELS)

# What mailbot is built of, for whoever must answer for a hole in a library; the package holds it, too.
sbom: .venv/ready
	mkdir -p dist
	$(BIN)/python systemd/debian/sbom.py requirements.lock >dist/sbom.cdx.json

test-deb: deb servers
	MAILBOT_DEB=$$(ls -t $(CURDIR)/dist/mailbot_*.deb | head -n 1) $(BIN)/pytest -s -m "" tests/test_deb.py

accuracy: .venv/ready
	$(BIN)/python bench/accuracy.py

# Two quiet cores and 10 GB of disk; the figures go to bench/results/speed.json, and into README.
bench: .venv/ready servers
	PYTHONPATH=bench:tests $(BIN)/python -m speed --scale $(SCALE) $(if $(ROUNDS),--rounds $(ROUNDS))
	PYTHONPATH=bench:tests $(BIN)/python -m speed.table

# Mails in the tests of other mail programs, from Debian's source packages; as root, with a network.
foreign: .venv/ready
	bench/foreign/fetch.sh build/foreign
	$(BIN)/python bench/foreign.py build/foreign/unpacked --damaged 10

# The page that shows the hostile corpus: input, expected, got.
corpus: .venv/ready
	$(BIN)/python tests/hostile/table.py

# What the office may write in rules and templates, from the code; the meanings stand in tests/reference/.
reference: .venv/ready
	$(BIN)/python tests/reference/write.py

# Names no index: whoever installs uses the one that pip is set up for.
lock: .venv/ready
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --universal --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --upgrade --output-file requirements.lock

# Atheris is for this alone, with a lock of its own.
fuzz: .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-fuzz.lock
	$(BIN)/python tests/hostile/fuzz.py --seconds $(SECONDS)

clean:
	rm -rf .venv demo-out build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
