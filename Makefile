# Xunfang: `make run` starts it, `make test` proves it.

LISTEN ?= 127.0.0.1:8080
# LAN=1: phones on the network too, over TLS at port 8443; LAN=0.0.0.0:9443 moves that.
LAN ?=
# Where `make cluster` keeps its data, and from where on its parts' own ports count.
CLUSTER ?= var/cluster
INNER ?= 18000
# How often `make crash` kills the server.
ROUNDS ?= 30

TARGET := $(or $(CARGO_TARGET_DIR),target)
WEB := web-client
PEERS := benches/peers
STEP := scripts/step.sh
LOCKED := $(if $(CI),--locked)
# Folders are named too, so that a deleted file is noticed.
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/public $(WEB)/index.html $(WEB)/*.ts $(WEB)/*.json 2>/dev/null)

# The real test data stands beside the checkout on some machines. Unset, the tests say what they skip.
ifndef XUNFANG_TEST_DATA
ifneq ($(wildcard ../shared/data/.),)
export XUNFANG_TEST_DATA := $(abspath ../shared/data)
endif
endif

.PHONY: help run cluster build test check web fuzz crash chaos e2e bench bench-cluster fmt need-build need-cluster need-test need-bench check-rust check-web it
.NOTPARALLEL:
.DEFAULT_GOAL := help

help: ## print these lines
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: build ## build, then serve the demo on LISTEN (127.0.0.1:8080); LAN=1: for phones too; Ctrl-C ends it
	@exec $(TARGET)/release/xunfang serve --demo --listen $(LISTEN) $(if $(LAN),--lan$(if $(filter-out 1,$(LAN)),=$(LAN)))

cluster: need-cluster build ## two nodes on PostgreSQL and Redis behind a balancer, with the demo; Ctrl-C ends all
	@exec python3 scripts/cluster $(TARGET)/release/xunfang --listen $(LISTEN) --inner $(INNER) --folder $(CLUSTER)

build: web ## install missing tools, build the web client and the release binary
	@$(STEP) "release binary" "6 min the first time, 1 min after a change" \
		cargo build --release $(LOCKED)

test: ## everything: install what is missing, check, integration tests, browser tests
	@$(STEP) --clear
	@$(MAKE) --no-print-directory need-test check it fuzz e2e
	@$(STEP) --sum

check: need-build check-rust check-web ## the quick half: format, lints, types, unit tests

web: need-build $(WEB)/dist/index.html ## build the web client

fuzz: need-test ## the API asked all that its document allows; FUZZ=200: longer
	@$(STEP) "debug binary" "3 min the first time" cargo build --bin xunfang $(LOCKED)
	@$(STEP) "API fuzz" "2 min" scripts/fuzz.sh $(abspath $(TARGET)/debug/xunfang)

crash: need-test ## the server killed under load; ROUNDS=30, SEED= draws the same again
	@$(STEP) "crash rounds" "12 s each" env RUST_BACKTRACE=0 XUNFANG_CRASH_ROUNDS=$(ROUNDS) \
		$(if $(SEED),XUNFANG_CRASH_SEED=$(SEED)) \
		cargo test $(LOCKED) --test it crash::nothing -- --nocapture --test-threads=1

chaos: need-test ## nodes, Redis, PostgreSQL, networks and clocks failing; ROUNDS=3, SEED=, ONLY="a clock"
	@$(STEP) "chaos rounds" "7 min each" env RUST_BACKTRACE=0 XUNFANG_CHAOS_STILL_S=30 \
		XUNFANG_CHAOS_ROUNDS=$(if $(filter file,$(origin ROUNDS)),3,$(ROUNDS)) \
		$(if $(SEED),XUNFANG_CHAOS_SEED=$(SEED)) $(if $(ONLY),XUNFANG_CHAOS_ONLY="$(ONLY)") \
		cargo test $(LOCKED) --test it chaos::nothing -- --nocapture --test-threads=1

e2e: need-test web ## browser tests: two people at once in real Chromium
	@$(STEP) "debug binary" "3 min the first time" cargo build --bin xunfang $(LOCKED)
	@$(STEP) "browser tests" "2 min" \
		env XUNFANG_BIN=$(abspath $(TARGET)/debug/xunfang) npm --prefix $(WEB) run e2e

bench: need-bench $(WEB)/node_modules/.package-lock.json $(PEERS)/node_modules/.package-lock.json ## the figures of one node beside its peers; writes docs/BENCHMARKS.md
	@$(STEP) "release binaries" "8 min the first time, 2 min after a change" \
		cargo build --release $(LOCKED) --workspace --bins
	@$(STEP) "benchmarks" "11 min" \
		env PYTHON=$(or $(PYTHON),python3) python3 scripts/bench measure $(TARGET)/release

bench-cluster: need-cluster need-build web ## one node beside two on PostgreSQL and Redis; writes its part of docs/BENCHMARKS.md
	@$(STEP) "release binary" "6 min the first time, 1 min after a change" cargo build --release $(LOCKED)
	@$(STEP) "benchmark of a cluster" "10 min" python3 scripts/bench/cluster.py measure $(TARGET)/release

fmt: $(WEB)/node_modules/.package-lock.json ## format the Rust and the web sources
	cargo fmt --all
	npm --prefix $(WEB) run format

need-build:
	@scripts/need.sh build

need-cluster:
	@scripts/need.sh cluster

need-test:
	@scripts/need.sh test

need-bench:
	@scripts/need.sh bench

check-rust:
	@$(STEP) "rust format" "1 s" cargo fmt --all --check
	@$(STEP) "rust lints" "2 min the first time" cargo clippy --workspace --all-targets $(LOCKED) -- -D warnings
	@$(STEP) "rust unit tests" "4 min the first time" cargo test $(LOCKED) --lib --bins

check-web: $(WEB)/node_modules/.package-lock.json
	@$(STEP) "web lints" "20 s" npm --prefix $(WEB) run lint
	@$(STEP) "web types" "20 s" npm --prefix $(WEB) run type-check
	@$(STEP) "web unit tests" "10 s" npm --prefix $(WEB) run test

it:
	@$(STEP) "integration tests" "3 min the first time" cargo test $(LOCKED) --test it
	@$(STEP) "benchmark peers" "1 min the first time" cargo test $(LOCKED) -p xunfang-peers
	@$(STEP) "compose file" "10 s the first time" scripts/compose.sh
	@$(STEP) "benchmark page" "1 s" python3 -m unittest discover -q -s scripts/bench

$(WEB)/node_modules/.package-lock.json: $(WEB)/package.json $(WEB)/package-lock.json
	@$(STEP) "web packages" "30 s" npm --prefix $(WEB) ci --no-audit --no-fund
	@touch $@

# The packages hold the program itself; what they would run on being installed isn't needed.
$(PEERS)/node_modules/.package-lock.json: $(PEERS)/package.json $(PEERS)/package-lock.json
	@$(STEP) "Bun" "10 s" npm --prefix $(PEERS) ci --ignore-scripts --no-audit --no-fund
	@touch $@

$(WEB)/dist/index.html: $(WEB)/node_modules/.package-lock.json $(WEB_SOURCES)
	@$(STEP) "web client" "30 s" npm --prefix $(WEB) run build
	@touch $@

# Benchmarks that are run one by one.
-include $(wildcard benches/*.mk)
