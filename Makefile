# Everything a reader needs; `make help` lists it. GNU make 3.81 (macOS) suffices.
#
# Variables, on the command line or in the environment:
#   PYTHON            the interpreter for the environment (3.11 or 3.12; found if not given)
#   VENV              where the environment is made (.venv)
#   TORCH_INDEX_URL   an extra index for torch. On Linux the torch that pip finds by itself is the
#                     CUDA build of several GB; PyTorch's installation page names an index with a
#                     CPU build, and pip then prefers that one
#   ARGS              further arguments, for example: make run ARGS="--port 8600"

VENV ?= .venv
PY := $(VENV)/bin/python
TORCH := $(shell sed -n 's/^constraint-dependencies = \["\(torch==[^"]*\)".*/\1/p' pyproject.toml)

# uv does not read pip's settings; where it finds no registry by itself, pip still may.
define install
$(VENV)/bin/uv pip install --quiet --python $(PY) --compile-bytecode --no-deps $(2) -r $(1) \
	|| $(PY) -m pip install --no-deps -r $(1)
endef
COMPILE := $(VENV)/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--no-header --no-annotate --no-emit-package torch

# Where the settings put the index and look for the corpus; `.env` counts as it does for them.
setting = $(or $($(1)),$(shell sed -n 's/^$(1)=//p' .env 2>/dev/null),$(2))
CORPUS := $(call setting,CORPUS_DIR,corpus)
INDEXED := $(call setting,DATA_DIR,.data)/indexed.stamp
WHAT := $(CORPUS) $(call setting,EMBEDDING_MODEL,)

RUN_LOCK := requirements.lock
DEV_LOCK := requirements-dev.lock
BENCH_LOCK := requirements-bench.lock

.PHONY: help run test test-all check format ingest eval bench bench-rivals provider lock browser clean
.DEFAULT_GOAL := help

help:  ## List what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-22s%s\n", $$1, $$2}'

# The first start with a corpus also fetches the linked articles; later ones only look whether notes,
# settings or code have changed, and leave fetching to `make ingest` and the page.
run: $(VENV)/run.stamp  ## Set everything up, index the corpus, start the chat page
	@if [ "$$(cat "$(INDEXED)" 2>/dev/null)" != "$(WHAT)" ]; then \
		$(PY) -m ingest && echo "$(WHAT)" > "$(INDEXED)" || exit 1; \
	elif [ -n "$$(find "$(CORPUS)" -newer "$(INDEXED)"; find rag ingest -name '*.py' -newer "$(INDEXED)"; \
			find .env -newer "$(INDEXED)" 2>/dev/null)" ]; then \
		$(PY) -m ingest --offline && touch "$(INDEXED)" || echo "The page starts with the index of before."; \
	fi
	@exec $(PY) -m ui $(ARGS)

# What takes long (whole evaluations, kills, training, whole sites) is marked `slow` and left out.
test: $(VENV)/dev.stamp browser  ## Set everything up and run the quick tests (ARGS=FOLDER for some)
	$(PY) -m pytest -m "not slow" $(ARGS)

test-all: $(VENV)/dev.stamp browser  ## Run all tests, also those that take long
	$(PY) -m pytest $(ARGS)

check: $(VENV)/dev.stamp  ## Style, types and which module may import which
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: $(VENV)/dev.stamp  ## Put the code into the project's style
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

ingest: $(VENV)/run.stamp  ## Index the corpus and the articles it links to
	$(PY) -m ingest $(ARGS)

eval: $(VENV)/run.stamp  ## Score the answers against the questions in the corpus
	$(PY) -m ingest --offline
	$(PY) -m rag evaluate $(ARGS)

bench: $(VENV)/bench.stamp browser  ## Speed, memory and retrieval beside the bare parts
	$(PY) -m bench $(ARGS)

bench-rivals: $(VENV)/bench.stamp  ## Retrieval beside LangChain's and LlamaIndex's pipelines
	$(PY) -m bench --rivals $(ARGS)

provider: $(VENV)/run.stamp  ## Add an LLM provider: make provider NAME=openai
	@test -n "$(NAME)" || { echo "Say which one: make provider NAME=openai"; exit 2; }
	$(VENV)/bin/uv pip install --python $(PY) --no-build-isolation -c $(RUN_LOCK) -e ".[$(NAME)]"

lock: $(VENV)/run.stamp  ## Write the lock files anew (ARGS=--upgrade for newer versions)
	$(COMPILE) --group build -o $(RUN_LOCK) $(ARGS)
	$(COMPILE) --group dev -c $(RUN_LOCK) -o $(DEV_LOCK) $(ARGS)
	$(COMPILE) --group bench -c $(DEV_LOCK) -o $(BENCH_LOCK) $(ARGS)

browser:
	@sh tests/setup_browser.sh

clean:  ## Remove the environment and what tools left; the index and the history stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/venv.stamp:
	@python="$(PYTHON)"; \
	for name in python3.11 python3.12 python3 python; do \
		test -n "$$python" && break; \
		"$$name" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' \
			2>/dev/null && python="$$name"; \
	done; \
	test -n "$$python" || { \
		echo "Shiori needs Python 3.11 or 3.12 with venv, and none was found."; \
		echo "Install one (Debian, Ubuntu: apt-get install python3.11 python3.11-venv), or name it:"; \
		echo "make PYTHON=/path/to/python3.11 ..."; exit 1; }; \
	"$$python" -m venv --clear $(VENV) || { \
		echo "The environment could not be made: on Debian and Ubuntu, apt-get install python3-venv."; \
		exit 1; }
	@touch $@

# torch goes first and by pip, which takes a CPU build where its settings offer one.
$(VENV)/torch.stamp: $(VENV)/venv.stamp $(RUN_LOCK)
	@echo "Installing $(TORCH); the first time takes a few minutes."
	$(PY) -m pip install --quiet $(if $(TORCH_INDEX_URL),--extra-index-url $(TORCH_INDEX_URL)) \
		-c $(RUN_LOCK) $(TORCH) uv
	@touch $@

$(VENV)/run.stamp: $(VENV)/torch.stamp pyproject.toml
	$(call install,$(RUN_LOCK))
	$(VENV)/bin/uv pip install --quiet --python $(PY) --no-build-isolation --no-deps -e . \
		|| $(PY) -m pip install --quiet --no-build-isolation --no-deps -e .
	@$(PY) -m rag.embedding.weights_archive || true  # it says itself what is then missing
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp $(DEV_LOCK)
	$(call install,$(DEV_LOCK))
	@touch $@

# Copies, not links to uv's cache: a library of LlamaIndex refuses to read files with several links.
$(VENV)/bench.stamp: $(VENV)/dev.stamp $(BENCH_LOCK)
	$(call install,$(BENCH_LOCK),--link-mode copy)
	@touch $@
