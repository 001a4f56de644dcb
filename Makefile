# The newcomer's two commands are `make run` and `make test`; each installs what is missing.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# Debian packages, with the target that needs each of them.
LIBRARIES := libssl-dev libsqlite3-dev libargon2-dev libqrencode-dev libxmlsec1-dev libxml2-dev libldap-dev pkg-config
# For the tests with real programs, beside those.
PROGRAMS := nginx caddy haproxy curl openssl sqlite3 python3 python3-venv wrk xmlsec1 softhsm2 opensc \
  libengine-pkcs11-openssl chromium chromium-driver libnss3-tools slapd ldap-utils
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
SWIFT_BUILD := swift build --explicit-target-dependency-import-check error
# As it is to be installed: a server needs no Swift.
RELEASE := -c release --static-swift-stdlib
PYTEST := .venv/bin/python -m pytest

.PHONY: help run test bench fuzz build libraries programs python lint unit leaks end-to-end clean

help:
	@echo "make run    install what is missing, build, start the demo, print what to try"
	@echo "make test   install what is missing, run every test"
	@echo "make bench  build for release and print the ratios"
	@echo "make fuzz   fuzz for SECONDS (600) and keep what it takes to get as far"
	@echo "make lint   check the formatting;  make clean  remove what was built"

run: libraries
	$(SWIFT_BUILD) --product varco
	.build/debug/varco demo

test: libraries programs lint build unit leaks end-to-end

bench: libraries programs python
	$(SWIFT_BUILD) $(RELEASE) --product varco
	$(SWIFT_BUILD) $(RELEASE) --product varco-bench
	.venv/bin/python Benchmarks/bench.py

libraries:
	@$(call install,$(LIBRARIES) openssl curl)

# The tests start directories of their own; a service that nobody had before is not left running.
programs:
	@[ -x /usr/sbin/slapd ] && had_slapd=yes; $(call install,$(PROGRAMS)) && \
	if [ -z "$$had_slapd" ] && [ -d /run/systemd/system ]; then $(SUDO) systemctl disable --quiet --now slapd; fi

# Only what is missing: a second run asks nothing of the network.
define install
missing=""; for package in $(1); do \
  [ "$$(dpkg-query -W -f='$${Status}' $$package 2>/dev/null)" = "install ok installed" ] || missing="$$missing $$package"; \
done; \
if [ -n "$$missing" ]; then \
  echo "installing$$missing"; \
  $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing; \
fi
endef

python: .venv/ready

.venv/ready: Tests/EndToEnd/requirements.txt
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -r Tests/EndToEnd/requirements.txt
	touch .venv/ready

lint:
	swift format lint --strict --recursive Package.swift Sources Plugins Tests Benchmarks Examples Fuzz/Entries \
	  Fuzz/Targets

build: libraries
	$(SWIFT_BUILD) --build-tests

# In two runs: every test of a run starts at once, those with a store hold thousands of files open, and with more than
# some 1,300 of them Foundation's Process reads beyond what it has read of /proc/self/fd. No test with a store starts one.
STORES := CitizenImportTests|GatewayHTTPTests|PINServiceTests|SQLiteDriverTests|ScopeGuardTests|TokenServiceTests
unit: build programs python
	swift test --skip-build --filter '$(STORES)'
	swift test --skip-build --skip '$(STORES)'

# Under the address sanitizer, which reports what was lost at the end. In a folder of its own: it is another build.
leaks: libraries python
	swift build -c release --sanitize=address --scratch-path .build-leaks --product certificate-leaks
	.build-leaks/release/certificate-leaks Tests/CertificateKitTests/pkits-cases.json \
	  $$(echo .venv/lib/python3*/site-packages/cryptography_vectors/x509/PKITS_data)

# Not part of make test, which replays what it has found: SECONDS of fuzzing, then a smaller corpus.
SECONDS ?= 600
fuzz: libraries
	Fuzz/run.sh $(SECONDS)

# Two at a time, but for those that need the machine to get far enough, or look how long others wait.
ALONE := Tests/EndToEnd/test_kill.py Tests/EndToEnd/test_overload.py
end-to-end: build programs python
	$(PYTEST) -q -n 2 --dist loadfile Tests/EndToEnd Examples/modules/otp-mail Examples/modules/ldap \
	  $(ALONE:%=--ignore=%)
	$(PYTEST) -q $(ALONE)

clean:
	rm -rf .build .build-leaks .venv
