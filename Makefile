# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

STAMPS := build/stamps
JOBS := golden lint unit sanity $(shell sed -n 's/^\[\(.*\)\]$$/\1/p' tests/shards.toml)

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# side by side
together := $(MAKE) --no-print-directory --jobs=2

.PHONY: lab
lab: $(STAMPS)/system ## Build a complete provider on this machine and log in to every service
	@$(together) image $(STAMPS)/lab
	@lab/run

.PHONY: test
test: $(STAMPS)/system ## Run every check
	@$(together) image checks

.PHONY: image checks
image: $(STAMPS)/system
	@lab/image >/dev/null
checks: $(STAMPS)/test
	@tests/run

.PHONY: check
check: $(STAMPS)/test ## Run the fast checks, without containers
	@tests/run lint unit

# one target per job: make unit, make web
.PHONY: $(JOBS)
$(JOBS): $(STAMPS)/test
	@tests/run $@

.PHONY: torture
torture: $(STAMPS)/test ## Run the long fault tests
	@HOSTING_KILLS=$${HOSTING_KILLS:-20} HOSTING_CROWD=$${HOSTING_CROWD:-1000} HOSTING_MARKS= HOSTING_FROM= tests/run killed exports commands original chat several example

.PHONY: bench
bench: $(STAMPS)/test ## Measure, and write build/bench.json
	@tests/bench/run

.PHONY: docs
docs: $(STAMPS)/test ## Write the generated parts of the documentation
	@docs/generate

.PHONY: clean
clean: ## Take everything of ours away: containers, network, images, build/
	@lab/clean

$(STAMPS)/system: lab/system lab/system-packages.txt
	@lab/system
	@mkdir -p $(@D) && touch $@

$(STAMPS)/lab: lab/venv requirements.lock $(STAMPS)/system
	@lab/venv requirements.lock
	@touch $@

$(STAMPS)/test: lab/venv requirements-test.lock tests/system-packages.txt $(STAMPS)/lab
	@lab/system tests/system-packages.txt
	@lab/venv requirements-test.lock
	@touch $@
