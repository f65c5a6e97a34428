# `make run`: set up on a fresh machine, then the app. `make test`: the same, plus every check.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo -n)

.PHONY: run test lint type unit browser relay strace postgresql haproxy lock

run: $(VENV)/.run-installed
	$(BIN)/python -m streamlit run dashboard/app.py

test: lint type unit

lint: $(VENV)/.test-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

type: $(VENV)/.test-installed
	$(BIN)/mypy

# Two workers for two cores: libraries that start a thread for each core only make them wait for each other.
unit: export OPENCV_FOR_THREADS_NUM = 1
unit: export OMP_NUM_THREADS = 1
unit: export TF_NUM_INTRAOP_THREADS = 1
unit: export TF_NUM_INTEROP_THREADS = 1
unit: $(VENV)/.test-installed browser relay strace postgresql haproxy
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --ignore tests/browser
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --reruns 1 -r R tests/browser

# A browser for the tests that need one, and a desktop for its windows; without them they are skipped, and say so.
browser:
	@command -v chromium >/dev/null || { command -v apt-get >/dev/null && \
		$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq chromium; } || \
		echo "No Chromium: the browser tests will be skipped."
	@{ command -v Xvfb && command -v openbox && command -v xdotool; } >/dev/null || \
		{ command -v apt-get >/dev/null && $(SUDO) apt-get update -qq && \
		$(SUDO) apt-get install -y -qq --no-install-recommends xvfb openbox xdotool; } || \
		echo "No desktop: the tests that share whole windows will be skipped."

# A TURN server for the tests that relay a picture. Its unit is masked first: Debian would start it, open to all.
relay:
	@command -v turnserver >/dev/null || { command -v apt-get >/dev/null && \
		$(SUDO) mkdir -p /etc/systemd/system && $(SUDO) ln -sf /dev/null /etc/systemd/system/coturn.service && \
		$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq coturn; } || \
		echo "No coturn: the tests that relay a picture will be skipped."

# The witness of what is written and who is told; without it those tests are skipped, and say so.
strace:
	@command -v strace >/dev/null || { command -v apt-get >/dev/null && \
		$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq strace; } || \
		echo "No strace: the tests that list every file written will be skipped."

# The other database. Tests start a server of their own from it; Debian is kept from starting one beside it.
postgresql:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { command -v apt-get >/dev/null && \
		$(SUDO) mkdir -p /etc/postgresql-common/createcluster.d && \
		echo "create_main_cluster = false" | \
		$(SUDO) tee /etc/postgresql-common/createcluster.d/attune.conf >/dev/null && \
		$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends postgresql; } || \
		echo "No PostgreSQL: the tests on it will be skipped."

# The proxy before several servers; its unit is masked first, for Debian would start it.
haproxy:
	@command -v haproxy >/dev/null || [ -x /usr/sbin/haproxy ] || { command -v apt-get >/dev/null && \
		$(SUDO) mkdir -p /etc/systemd/system && $(SUDO) ln -sf /dev/null /etc/systemd/system/haproxy.service && \
		$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends haproxy; } || \
		echo "No haproxy: the test of two servers behind it will be skipped."

$(BIN)/python:
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); command -v apt-get >/dev/null && \
		$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq python3-venv && $(PYTHON) -m venv $(VENV); } \
		|| { rm -rf $(VENV); echo "No venv: install python3-venv, then run make again."; exit 1; }

# requirements.txt says what fits and why; requirements.lock names exact files, by hash, for every system.
$(VENV)/.run-installed: requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	touch $@

$(VENV)/.test-installed: requirements-dev.txt requirements.txt $(VENV)/.run-installed
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@

lock: | $(BIN)/python
	$(BIN)/python -m pip install --quiet "uv>=0.13,<1"
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --upgrade \
		--custom-compile-command "make lock" requirements.txt --output-file requirements.lock
