# Everything a newcomer needs: `make demo` and `make test` do all set-up themselves.
.DEFAULT_GOAL := help
.PHONY: help demo test check bench bench-classifier bench-detection bench-paging eval eval-detection train lock clean

PYTHON ?= python3.11
UV_VERSION := 0.13.9
UV := .uv/bin/uv
KEEP ?=

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
		|| { echo 'Vigie needs Python 3.11 with venv; name it with make PYTHON=/path/to/python3.11'; exit 1; }
	$(PYTHON) -m venv .uv
	.uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# The stamps lie in the environment, so that removing it sets everything up again.
.venv/run.stamp: $(UV) pyproject.toml uv.lock
	$(UV) sync --locked --no-dev --inexact --python $(PYTHON)
	@touch $@

.venv/dev.stamp: $(UV) pyproject.toml uv.lock
	@echo 'Installing the tools of developers, torch among them: about 5 GB on disk.'
	$(UV) sync --locked --inexact --extra train --python $(PYTHON)
	@touch $@ .venv/run.stamp

demo: .venv/run.stamp ## play a crisis through the whole of Vigie (KEEP=1 stays up)
	.venv/bin/vigie demo $(if $(KEEP),--keep)

tests/prism/node_modules: tests/prism/package-lock.json .venv/dev.stamp
	cd tests/prism && PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --no-audit --no-fund --silent
	@touch $@

test: .venv/dev.stamp tests/prism/node_modules ## run all tests, on real servers where they can be had
	sh tests/obtain.sh
	.venv/bin/pytest

check: .venv/dev.stamp ## types, style and import contracts
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: .venv/dev.stamp ## measure speed as ratios, side by side (needs Java, Maven)
	.venv/bin/python -m tests.bench $(ARGS)

bench-detection: .venv/dev.stamp ## measure tally and judgement beside plain counting
	.venv/bin/python -m tests.bench.detection $(ARGS)

bench-paging: .venv/dev.stamp ## measure how long it takes from a comment to the text message
	.venv/bin/python -m tests.bench.paging $(ARGS)

bench-classifier: .venv/dev.stamp ## measure every way to run the classifier, side by side
	.venv/bin/python -m tests.bench.classifier $(ARGS)

TRAIN := .venv/bin/python -m classifiers.training --data $${VIGIE_SHARED:-../shared}/data

train: .venv/dev.stamp ## train both shipped models anew (four hours on 2 cores; goes on where it stopped)
	$(TRAIN) --out classifiers/model --steps 4700
	$(TRAIN) --out classifiers/model-fast --layers 6 --steps 4600

eval: .venv/dev.stamp ## measure the shipped models beside a baseline; writes docs/classifier.md
	.venv/bin/python -m classifiers.evaluation --data $${VIGIE_SHARED:-../shared}/data \
		--model classifiers/model --model classifiers/model-fast --page docs/classifier.md $(ARGS)

eval-detection: .venv/dev.stamp ## measure detection; writes the figures of docs/detection.md
	.venv/bin/python -m vigie.replay.evaluation --data $${VIGIE_SHARED:-../shared}/data \
		--page docs/detection.md $(ARGS)

lock: $(UV) ## resolve the dependencies anew
	$(UV) lock --upgrade

clean: ## remove what was made here
	rm -rf .venv .uv var build dist
