# `make help` lists the targets. None is needed to build or to test portlore:
# `go build ./cmd/portlore` and `go test ./...` need Go and nothing else.

TOOL     := go tool -modfile=tools/go.mod
FUZZTIME ?= 10s
LINES    ?= 200000
SEED     ?= 1
GB       ?= 1,2,5,10,20

.DEFAULT_GOAL := help
.PHONY: help build demo test race check tidy-check vet staticcheck fmt-check deadcode generate generated fmt bench bounded truth hostile fuzz update-goldens tidy clean release image bench-scan services

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## one static binary, bin/portlore
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o bin/portlore ./cmd/portlore

release: ## everything that is published, for all systems, into dist; same commit, same bytes
	go -C tools run ./release -out ../dist

image: build ## a container image of the binary alone; needs buildah, podman or docker
	$(or $(shell command -v buildah),$(shell command -v podman),docker) build -f Containerfile -t portlore .

demo: ## explain the sample log that ships with portlore
	go run ./cmd/portlore explain examples/mixed.log

test: ## all tests, as the README and CI run them
	go test ./...

race: ## all tests with the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race ./...

check: tidy-check vet staticcheck fmt-check deadcode generated race ## everything that must hold before a commit

tidy-check: ## go.mod names what is used, no more and no less
	go mod tidy -diff

vet: ## go vet, for every system we build for
	go vet ./...
	GOOS=darwin go vet ./...
	GOOS=windows go vet ./...
	GOOS=freebsd go vet ./host/...
	go -C tools vet ./...

staticcheck: ## bugs, dead stores, needless code
	$(TOOL) staticcheck ./...

fmt-check: ## files that gofumpt would change; must print none
	@out=$$($(TOOL) gofumpt -l .) && test -z "$$out" || { echo "$$out"; echo 'run: make fmt'; exit 1; }

deadcode: ## functions that nothing calls, tests included; must print none
	@out=$$($(TOOL) deadcode -test ./...) && test -z "$$out" || { echo "$$out"; exit 1; }

fmt: ## format all Go files
	$(TOOL) gofumpt -w .

generate: ## write the generated files anew
	go generate ./...

# The state of the tree before and after, so it works with or without commits.
STATE = git ls-files -co --exclude-standard -z | sort -z | xargs -0 cksum 2>/dev/null

generated: ## the generated files are up to date
	@before=$$($(STATE)); go generate ./... && after=$$($(STATE)); \
	test "$$before" = "$$after" || { echo 'generated files were out of date and are written anew: commit them'; exit 1; }

bench: ## speed and memory beside the peers; LINES=2000000 for the figures of the budget
	go run ./bench -lines $(LINES)

bounded: ## what is large or endless, inside a memory cgroup, as root; GB=1 for less
	go run ./bench/bounded -gb $(GB)
bench-scan: ## the port scanner beside nmap, masscan and zmap in network namespaces, as root
	go run ./bench/scan

truth: build ## verdicts beside the truth: real tools in network namespaces, as root; SEED=2 for another world
	go run ./bench/truth -out bin/truth/$(SEED) -seed $(SEED) -judge bin/portlore -v

services: build ## what a scan says of 240 real endpoints, beside nmap, as root
	go run ./bench/services -judge bin/portlore

hostile: ## thousands of broken files: panics, hangs, memory, good lines lost
	go run ./bench/hostile

fuzz: ## every fuzz test for a while; FUZZTIME=10m for longer
	@for pkg in $$(go list ./...); do \
	  for f in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$f"; \
	    go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$pkg || exit 1; \
	  done; \
	done

update-goldens: ## write the expected outputs anew; read the diff before you commit it
	go test $$(grep -rl --include='*_test.go' '"update"' . | xargs -n 1 dirname | sort -u) -update

tidy: ## go mod tidy, for the program and for the tools
	go mod tidy
	cd tools && go mod tidy

clean: ## remove what the other targets built
	rm -rf bin dist
	go clean -testcache
