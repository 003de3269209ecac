# The front door.  Each target installs what is missing first (Debian packages; nothing happens when all is there).
#
#   make demo       build soon, and watch counts rise and fall
#   make test       build, and run every test
#   make release    the fast build: link-time optimization, guided by a profile
#   make bench      the fast build against python3.11 (BENCH="calls --rounds 3" picks groups)
#   make install    into PREFIX (/usr/local)
#   make check      layers and style alone
#   make debug sanitize clang coverage    other builds, each in build/NAME (tools/coverage.py reads the last)
#   make clean      remove build/

SHELL := /bin/bash
PREFIX ?= /usr/local
DESTDIR ?=
PYTHON ?= /usr/bin/python3.11
JOBS ?= $(shell nproc)
BENCH ?=
CTEST := ctest --output-on-failure --no-tests=error -j $(JOBS)

.DEFAULT_GOAL := quick
.PHONY: quick release debug sanitize clang coverage demo test test-debug test-sanitize bench install check clean deps

deps:
	@tools/install_dependencies.sh

quick debug sanitize clang coverage: deps
	@cmake --preset $@ --log-level=WARNING -Wno-dev >/dev/null
	@cmake --build build/$@ -j $(JOBS)

release: deps
	@cmake -DJOBS=$(JOBS) -P cmake/pgo.cmake

demo: deps
	@cmake --preset quick --log-level=WARNING -Wno-dev >/dev/null
	@cmake --build build/quick -j $(JOBS) --target ouro
	@build/quick/ouro -X audit examples/demo.py

test: quick
	@cd build/quick && $(CTEST)

test-debug: debug
	@cd build/debug && $(CTEST)

test-sanitize: sanitize
	@cd build/sanitize && $(CTEST) -L 'unit|language|crashers' -LE 'slow'

bench: release
	@$(PYTHON) bench/bench.py --ouro build/release/ouro $(BENCH)

install: release
	@cmake --install build/release --prefix $(DESTDIR)$(PREFIX)

check: deps
	@$(PYTHON) tools/check_layers.py
	@$(PYTHON) tools/check_style.py
	@$(PYTHON) tools/check_headers.py

clean:
	@rm -rf build
