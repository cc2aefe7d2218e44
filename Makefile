GOLANGCI_LINT = go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
KUBECTL_VALIDATE = go run sigs.k8s.io/kubectl-validate@v0.0.4
KUBE_SCORE = go run github.com/zegl/kube-score/cmd/kube-score@v1.20.0
# How long each fuzz test runs in `make fuzz`.
FUZZTIME = 30s
# How long `make soak` refreshes.
SOAK = 15m
# The fault tests measure how long things take, so nothing else runs beside them.
FAULTLESS = $$(go list ./... | grep -v /test/faults)
# What `vidaplus-auth version` says, in the binary and in the image.
export VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
export COMMIT ?= $(shell git rev-parse --short=12 HEAD 2>/dev/null)
# How a binary is built that depends on nothing of the machine that builds it. Functions at multiples of 16 bytes, not 32,
# leave 0.4 MB less between them, and are no slower.
BUILD = CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -funcalign=16 -X main.version=$(VERSION) -X main.commit=$(COMMIT)"
# What `make dist` makes, and where.
PLATFORMS = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64
DIST = dist/release

.PHONY: help run test check faults soak build up fuzz bench day ha clean

# ## is for every day, ##- for now and then.
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo && echo 'Now and then:'
	@awk -F ':.*##- ' '/^[a-z]+:.*##- / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## serve on SQLite at http://127.0.0.1:8000
	go run ./cmd/vidaplus-auth

test: ## run every test, those on PostgreSQL included
	go test -race $(FAULTLESS)
	@$(MAKE) --no-print-directory faults

check: ## run everything that CI runs: format, modules, vet, linters, tests
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "run gofmt -w on:"; echo "$$unformatted"; exit 1; }
	go mod verify
	go mod tidy -diff
	go vet ./...
	$(GOLANGCI_LINT) run
	go test -race $(FAULTLESS)
	@$(MAKE) --no-print-directory faults

faults: ##- cause every fault of docs/reliability.md, in three minutes, and print what was measured
	FAULTS_TABLE=$(CURDIR)/dist/faults.md FAULTS_SLACK=1s go test -race -count=1 -timeout 10m ./test/faults
	@cat dist/faults.md

build: ## make the static binary dist/vidaplus-auth
	$(BUILD) -o dist/vidaplus-auth ./cmd/vidaplus-auth

.PHONY: dist
dist: ##- make the static binaries of a release, with their checksums, in dist/release
	rm -rf $(DIST) && mkdir -p $(DIST)
	@set -e; for platform in $(PLATFORMS); do \
		file=vidaplus-auth-$(or $(VERSION),unknown)-$${platform%/*}-$${platform#*/}; \
		echo "$$file"; \
		GOOS=$${platform%/*} GOARCH=$${platform#*/} $(BUILD) -o $(DIST)/$$file ./cmd/vidaplus-auth; \
	done
	cd $(DIST) && sha256sum vidaplus-auth-* > SHA256SUMS

up: ## start the service and its PostgreSQL in containers
	docker compose up --build

.PHONY: manifests
manifests: ##- judge the Kubernetes manifests by the schemas and by good practice (builds two linters first, which takes minutes)
	$(KUBECTL_VALIDATE) --version 1.30 configs/kubernetes/[!k]*.yaml
	$(KUBE_SCORE) score --ignore-test container-image-pull-policy configs/kubernetes/[!k]*.yaml

fuzz: ##- look for new failures with each fuzz test for FUZZTIME
	@set -e; for package in $$(go list ./...); do \
		tests=$$(go test -list '^Fuzz' $$package); \
		for name in $$(echo "$$tests" | grep '^Fuzz'); do \
			echo "== $$package $$name"; \
			go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

soak: ##- refresh at full load for SOAK, see whether anything grows, and write test/soak
	go run ./test/bench -soak $(SOAK)

bench: ## measure refreshes for a quarter of an hour and write test/bench/RESULTS.md
	go run ./test/bench

day: ##- play a day of a hospital in four minutes and write test/bench/DAY.md
	go run ./test/bench -only day -out test/bench

ha: ##- kill five primaries of a PostgreSQL cluster under load, and print how long each fail-over takes
	HA_KILLS=5 go test -count=1 -timeout 30m -v ./test/ha

clean: ## remove what make and the tests made, never a database or a key
	rm -rf dist coverage.out

.PHONY: openapi vuln sbom licences notices reproduce

openapi: ##- write adapters/httpapi/openapi.json anew, after a change of openapi.yaml
	touch adapters/httpapi/openapi.json
	go test ./adapters/httpapi -run TestOpenAPI_WhatIsServedSaysWhatWasWritten -update

# Where the internet is not reached: a folder of a copy of the database, as file:///folder.
VULNDB = https://vuln.go.dev

vuln: ##- look for known vulnerabilities in what the program calls (asks VULNDB)
	go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 -db $(VULNDB) ./...

sbom: ##- write dist/sbom.cdx.json, which lists what the program is made of (CycloneDX)
	@mkdir -p dist
	CGO_ENABLED=0 go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0 \
		app -json -licenses -main cmd/vidaplus-auth -output dist/sbom.cdx.json .

licences: ##- write docs/licences.md anew, after a change of dependencies
	go test ./test/supply -run TestLicences -update

notices: ##- write dist/THIRD_PARTY_NOTICES, which goes with a binary that is given to others
	@mkdir -p dist
	go run ./test/supply -notices > dist/THIRD_PARTY_NOTICES

reproduce: build ##- build once more from another folder with nothing cached, and compare the bytes
	@set -e; folder=$$(mktemp -d); trap 'chmod -R u+w "$$folder"; rm -rf "$$folder"' EXIT; \
		git archive HEAD | tar -x -C "$$folder"; \
		GOCACHE=$$folder/cache $(MAKE) -C "$$folder" build; \
		cmp dist/vidaplus-auth "$$folder/dist/vidaplus-auth"; sha256sum dist/vidaplus-auth
