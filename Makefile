# `make demo` and `make test` do everything on a fresh machine with Python 3.11 or newer.
# `make demo CHAT=0` stops before the chat; BENCH=… hands options to `make bench`.

PYTHON ?= python3
CHAT ?= 1
BENCH ?=
BIN := .venv/bin
READY := .venv/ready
DEMO := .demo/index
AXE_VERSION := 4.14.1
AXE_SHA512 := 1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5

.DEFAULT_GOAL := check
.PHONY: demo test check eval bench crash crowd axe docs clean

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

bench: $(READY)  ## ours beside what people use instead, on this machine; tables and plots in report/speed
	$(BIN)/python -m evals.speed --install --profile --out report/speed $(BENCH)

crowd: $(READY)  ## 50 users ask the chat 20 questions each, over HTTP
	$(BIN)/python tests/crowd.py

axe: .axe/package/axe.min.js  ## axe-core, with which the browser test looks for what keeps people out (needs npm)

.axe/package/axe.min.js:
	mkdir -p .axe
	cd .axe && npm pack --silent axe-core@$(AXE_VERSION)
	$(PYTHON) -c 'import hashlib, sys; sys.exit(hashlib.sha512(open(sys.argv[1], "rb").read()).hexdigest() != sys.argv[2] and "axe-core is not what it was")' \
		.axe/axe-core-$(AXE_VERSION).tgz $(AXE_SHA512)
	tar -xzf .axe/axe-core-$(AXE_VERSION).tgz -C .axe package/axe.min.js
	touch $@

docs: $(READY)  ## write the --help texts into the README
	$(BIN)/python tests/test_house.py

clean:  ## forget what the targets above made, but not your indexes
	rm -rf .venv .demo .axe build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
