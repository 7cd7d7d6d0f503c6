# What a person does with Cyber Chat from a clone of it. It needs Go, make and git.

VERSION    ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
STATICCHECK = v0.8.2
# All but SA1019: the websocket library has moved and calls its old name deprecated.
CHECKS      = -checks inherit,-SA1019
# What the browser runs must also vet and build there.
JS          = GOOS=js GOARCH=wasm CGO_ENABLED=0
# The benchmark runs on Linux only, and is looked at everywhere.
BENCH       = GOOS=linux CGO_ENABLED=0

# A development build has the style guide at /styleguide, and is packed fast.
ifdef DEV
export GOFLAGS := $(GOFLAGS) -tags=dev
QUICK := 1
endif

.DEFAULT_GOAL := help
.PHONY: run wasm build test screens prepare reliability lighthouse bench bench-large bench-client bench-parts fmt fmt-check vet check clean help

run: build ## build and start the server: make run ARGS="-addr :3000"; DEV=1 adds /styleguide
	@build/out/cyberchat $(ARGS)

wasm: ## build the browser client into web/static: QUICK=1 packs it fast, not small
	@go run ./build/wasm $(if $(QUICK),-quick)

build: wasm ## build one static binary: build/out/cyberchat
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X 'main.version=$(VERSION)'" -o build/out/cyberchat ./server

test: prepare wasm fmt-check vet ## run every test, in a real browser too (installs what is missing with apt and npm: a C compiler, Chromium, strace, axe-core)
	@build/test.sh $(ARGS)

screens: prepare wasm ## take pictures of every screen and state, in all sizes and colours: build/out/screens/index.html
	@rm -rf build/out/screens && mkdir -p build/out/screens
	CYBERCHAT_NEED_BROWSER=1 CYBERCHAT_NEED_TOOLS=1 go test -count 1 -timeout 10m -run '^TestEveryScreen$$' $(ARGS) ./server/journey -screens "$(CURDIR)/build/out/screens"

prepare:
	@build/prepare.sh

reliability: prepare wasm ## run the whole reliability suite: 15 minutes of faults of every kind
	CYBERCHAT_NEED_BROWSER=1 CYBERCHAT_NEED_TOOLS=1 CYBERCHAT_RELIABILITY=full go test -count 1 -timeout 30m -v $(ARGS) ./server/reliability

lighthouse: wasm ## have Lighthouse look at the page as on a phone: prints its scores, fails below 90 and 100
	@go run ./build/lighthouse $(ARGS)

bench: wasm ## measure the server beside its peers and write the table in the README: half an hour, ARGS=-quick for a look
	go -C build/bench run . $(if $(ARGS),$(ARGS),-readme ../../README.md)

bench-large: wasm ## measure it with ten million messages stored, and write that in the README
	go -C build/bench run . -large $(if $(ARGS),$(ARGS),-readme ../../README.md)

bench-client: prepare wasm ## measure the page in Chromium with 100,000 messages in the room, and write that in the README
	go run ./build/clientbench $(if $(ARGS),$(ARGS),-readme README.md)

bench-parts: wasm ## measure the parts: codec, log, frames, fan-out, start, the page
	go test -run '^$$' -bench . -benchmem $(ARGS) ./...

fmt: ## format the Go code
	gofmt -w app build server web

fmt-check:
	@files=$$(gofmt -l app build server web); test -z "$$files" || \
		{ echo "Not formatted; run make fmt:"; echo "$$files"; exit 1; }

vet:
	go vet ./...
	$(BENCH) go -C build/bench vet ./...
	$(JS) go vet ./app/...
	$(JS) go vet -tags dev ./app/ui && go vet -tags dev ./server/httpd

check: fmt-check vet ## look for mistakes: format, vet and staticcheck, for the server and for the browser
	@GOBIN="$(CURDIR)/build/out" go install honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK)
	build/out/staticcheck $(CHECKS) ./...
	cd build/bench && $(BENCH) ../out/staticcheck $(CHECKS) ./...
	$(JS) build/out/staticcheck $(CHECKS) ./app/...

clean: ## remove what was built; what a server stored stays
	rm -rf build/out
	rm -f web/static/app.wasm.br web/static/app.wasm.gz web/static/wasm_exec.js

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s  %s\n", $$1, $$2 }' Makefile
