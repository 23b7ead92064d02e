# `make demo` and `make test` do everything on a fresh machine with Python 3.11 or newer.
# `make demo CHAT=0` stops before the chat.

PYTHON ?= python3
CHAT ?= 1
BIN := .venv/bin
READY := .venv/ready
DEMO := .demo/index

.DEFAULT_GOAL := check
.PHONY: demo test check eval bench crash docs clean

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "verbatim-qa needs Python 3.11 or newer; run: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[chat,dev]'
	touch $(READY)

demo: $(READY)  ## index the sample newspaper, ask it a question, open the chat
	$(BIN)/qa index evals/newspaper --index $(DEMO)
	$(BIN)/qa ask "When will Larkwell Primary School close?" --index $(DEMO)
ifneq ($(CHAT),0)
	$(BIN)/qa chat --index $(DEMO)
endif

test: $(READY)  ## the whole suite
	$(BIN)/python -m pytest

check: $(READY)  ## what continuous integration asks for: format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

crash: $(READY)  ## kill an indexing process 200 times (N=1000 for more), fail its disk, read while it writes
	$(BIN)/python tests/crash.py $(N)

eval: $(READY)  ## gate the answers to the sample newspaper's gold questions; reports in report/
	$(BIN)/qa eval --gate --out report

bench: $(READY)  ## measure indexing and answering on this machine
	$(BIN)/python -m evals.speed

docs: $(READY)  ## write the --help texts into the README
	$(BIN)/python tests/test_house.py

clean:  ## forget what the targets above made, but not your indexes
	rm -rf .venv .demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
