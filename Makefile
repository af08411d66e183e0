# Every target sets up what it needs. `make help` explains them.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# The extract that the demo shows: Andorra, shipped with a Go module.
OSM_MODULE = $(shell go list -m -f '{{.Dir}}' github.com/paulmach/osm)
DEMO_OSM ?= $(OSM_MODULE)/testdata/andorra-latest.osm.bz2

APP := web/app
APP_SOURCES := $(shell find $(APP) -type f \( -path $(APP)/node_modules -o -path $(APP)/dist -o -path $(APP)/test-results -o -path $(APP)/e2e \) -prune -o -type f -not -name '*.go' -print 2>/dev/null | grep -vE '/(node_modules|dist|test-results|e2e)(/|$$)') web/openapi.json geo/lists.json

.PHONY: help
help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

.PHONY: demo
demo: setup build ## set everything up, run the demo on real data, print an address, serve until Ctrl-C
	@bin/rounds demo --osm "$(DEMO_OSM)" $(DEMO_FLAGS)

.PHONY: test
test: setup-test build check ## set everything up and run every test, the browser's too
	go test -timeout 20m ./... # on a busy machine some packages come near to the usual ten minutes
	cd $(APP) && npm run e2e

# Extracts of test-network and bench-network, beside those of a Go module.
EXTRACTS ?= ../shared/data/osm

.PHONY: test-network
test-network: ## every shortest path against Dijkstra, on the extracts of the folder EXTRACTS and on Delaware
	@ls "$(EXTRACTS)"/*.osm.* >/dev/null 2>&1 || { echo "no extracts in $(EXTRACTS); name a folder: make test-network EXTRACTS=DIR"; exit 1; }
	go test -timeout 60m -v -run 'EqualDijkstra$$|AsLongAsItSays|Symmetric' ./planner/network -args -extracts "$(abspath $(EXTRACTS))"

.PHONY: test-clients
test-clients: build ## heavy GIS clients: QGIS, OWSLib, LibreOffice and others read what goes out
	@.ci/setup clients
	cd web/ogc/testdata/clients && npm ci
	go test -count=1 -tags clients -run 'TestClients' ./geo/gis ./web/ogc

.PHONY: test-clients-large
test-clients-large: build ## the same clients on 200,000 households: every row, field and point as SQL has it (some minutes)
	@.ci/setup clients
	cd web/ogc/testdata/clients && npm ci
	go test -count=1 -v -timeout 60m -tags clients -run 'LargeClients' ./web/ogc

.PHONY: test-cql2
test-cql2: setup-test ## CQL2 on the standard's own dataset and predicates, of the checkout of ogcapi-features in STANDARD
	@test -f "$(STANDARD)/cql2/standard/data/ne110m4cql2.gpkg" || { echo "no dataset; name a checkout of github.com/opengeospatial/ogcapi-features at cql2-1.0.0: make test-cql2 STANDARD=DIR"; exit 1; }
	go test -count=1 -v -tags standards -run '^TestCQL2_' ./geo/register -args -standard "$(abspath $(STANDARD))"

.PHONY: check
check: build ## format, vet, types and unit tests of the web app
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not formatted:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	cd $(APP) && npm run check

VERSION ?= $(shell git describe --tags 2>/dev/null | sed 's/^v//' || true)
.PHONY: deb
deb: web ## a package for Debian and Ubuntu in dist/
	@.ci/deb/build $(or $(VERSION),0.0.0) dist

.PHONY: test-deb
test-deb: web ## install, upgrade with data, remove and purge the package (needs root)
	@.ci/deb/test

.PHONY: lint-security
lint-security: web ## govulncheck and gosec; nothing of high severity may be left
	@.ci/lint-security

.PHONY: build
build: web bin/rounds ## the web app and the one binary, bin/rounds

.PHONY: bin/rounds
bin/rounds:
	@mkdir -p bin
	go build -o bin/rounds ./cmd/rounds

.PHONY: web
web: $(APP)/dist/.built ## the web app alone

$(APP)/dist/.built: $(APP)/node_modules/.package-lock.json $(APP_SOURCES)
	cd $(APP) && npm run build
	@touch $@

$(APP)/node_modules/.package-lock.json: $(APP)/package-lock.json
	cd $(APP) && npm ci --no-audit --no-fund
	@touch $@

.PHONY: setup
setup: ## system packages for the demo
	@.ci/setup demo

.PHONY: setup-test
setup-test: ## system packages for the tests
	@.ci/setup test

.PHONY: mutate-access
mutate-access: setup-test web ## break every rule of the schema in turn; some test must fail each time (slow)
	go run ./geo/register/registertest/mutate

.PHONY: bench
bench: ## benchmarks of Go packages; tables in docs/benchmarks.md
	go test -run '^$$' -bench . -benchmem ./planner/... ./tiles/... ./geo/...

# Python of 3.12 or later, which the rivals are built for, and where they go.
BENCH_PYTHON ?= python3
BENCH_FOLDER ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/rounds-bench

.PHONY: bench-network
bench-network: bin/rounds ## streets beside OSRM and Valhalla, on the extracts of EXTRACTS; tables for docs/benchmarks.md
	@ls "$(EXTRACTS)"/*.osm.* >/dev/null 2>&1 || { echo "no extracts in $(EXTRACTS); name a folder: make bench-network EXTRACTS=DIR"; exit 1; }
	@$(BENCH_PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 12))' || { echo "the rivals want Python 3.12 or later: make bench-network BENCH_PYTHON=python3.13"; exit 1; }
	@mkdir -p "$(BENCH_FOLDER)"
	test -x "$(BENCH_FOLDER)/venv/bin/python" || $(BENCH_PYTHON) -m venv "$(BENCH_FOLDER)/venv"
	"$(BENCH_FOLDER)/venv/bin/pip" install --quiet --only-binary :all: osrm-bindings==26.10.0 pyvalhalla==3.9.1
	go build -o "$(BENCH_FOLDER)/streets" ./planner/bench/streets
	"$(BENCH_FOLDER)/venv/bin/python" planner/bench/streets.py "$(BENCH_FOLDER)" "$(BENCH_FOLDER)/streets" bin/rounds \
	  $(OSM_MODULE)/testdata/andorra-latest.osm.bz2 $(OSM_MODULE)/testdata/delaware-latest.osm.pbf $(wildcard $(EXTRACTS)/*.osm.*)

# Instances of the solver's benchmarks: a folder for each set, and bks.csv.
SOLVER_DATA ?= ../shared/data/vrp
SOLVER_JOBS ?= 2
SOLVER = go run ./planner/bench/solver run -data "$(SOLVER_DATA)" -jobs $(SOLVER_JOBS) \
  -commit $$(git log -1 --format=%h -- planner/search planner/vrp cmd/rounds/solve.go)

.PHONY: solver-data
solver-data:
	@test -f "$(SOLVER_DATA)/bks.csv" || { echo "no instances in $(SOLVER_DATA); name a folder with bks.csv and a folder for each set: make bench-solver SOLVER_DATA=DIR"; exit 1; }

.PHONY: bench-solver
bench-solver: bin/rounds solver-data ## gaps to the best known, one minute each, under an hour; resumes; table for docs/benchmarks.md
	@mkdir -p "$(BENCH_FOLDER)"
	$(SOLVER) -record "$(BENCH_FOLDER)/solver.csv" X-small X-large MDVRPTW limited VRPTW PCVRPTW

.PHONY: bench-solver-full
bench-solver-full: bin/rounds solver-data ## the sets of SET (planner/bench/solver/sets.go), as long as they take; resumes
	@test -n "$(SET)" || { echo "which set? make bench-solver-full SET=X-long"; exit 1; }
	$(SOLVER) -record docs/benchmarks/solver.csv $(SET)

# Instances of bench-solver-rivals, processor seconds for each, and the rivals themselves.
RIVAL_INSTANCES ?= X/X-n101-k25 X/X-n200-k36 X/X-n303-k21 X/X-n502-k39 X/X-n1001-k43 VRPTW/RC1_10_1 MDVRPTW/PR17A PCVRPTW/R1_10_1
RIVAL_SECONDS ?= 60

.PHONY: bench-solver-rivals
bench-solver-rivals: bin/rounds solver-data solver-rivals ## the solver beside PyVRP, OR-Tools and VROOM, one thread each; table for docs/benchmarks.md
	"$(BENCH_FOLDER)/rivals/bin/python" planner/bench/solver.py bin/rounds "$(SOLVER_DATA)" $(RIVAL_SECONDS) $(RIVAL_INSTANCES)

.PHONY: solver-rivals
solver-rivals:
	@mkdir -p "$(BENCH_FOLDER)"
	test -x "$(BENCH_FOLDER)/rivals/bin/python" || $(BENCH_PYTHON) -m venv "$(BENCH_FOLDER)/rivals"
	"$(BENCH_FOLDER)/rivals/bin/pip" install --quiet --only-binary :all: pyvrp==0.14.1 pyvroom==1.15.2 ortools==9.15.6755

.PHONY: bench-days
bench-days: solver-rivals ## days of Andorra, Lauf and Pokhara beside the same rivals; table for docs/benchmarks.md
	go build -o "$(BENCH_FOLDER)/solver" ./planner/bench/solver
	"$(BENCH_FOLDER)/solver" day $(OSM_MODULE)/testdata/andorra-latest.osm.bz2 700 "$(BENCH_FOLDER)/days/andorra"
	"$(BENCH_FOLDER)/solver" day "$(EXTRACTS)/lauf-de-2020.osm.pbf" 1000 "$(BENCH_FOLDER)/days/lauf"
	"$(BENCH_FOLDER)/solver" day "$(EXTRACTS)/pokhara-np-2016.osm.pbf" 2000 "$(BENCH_FOLDER)/days/pokhara"
	"$(BENCH_FOLDER)/rivals/bin/python" planner/bench/days.py "$(BENCH_FOLDER)/solver" $(RIVAL_SECONDS) "$(BENCH_FOLDER)"/days/*

.PHONY: bench-territory
bench-territory: ## how even, connected and short territories are, beside k-means, H3 cells and none; table for docs/benchmarks.md
	@ls "$(EXTRACTS)"/*.osm.* >/dev/null 2>&1 || { echo "no extracts in $(EXTRACTS); name a folder: make bench-territory EXTRACTS=DIR"; exit 1; }
	go run ./planner/bench/territory $(patsubst %pokhara-np-2016.osm.pbf,%pokhara-np-2016.osm.pbf:400:60s,$(wildcard $(EXTRACTS)/*.osm.*)) $(OSM_MODULE)/testdata/andorra-latest.osm.bz2 $(OSM_MODULE)/testdata/delaware-latest.osm.pbf

# Extract, households, workers, households of a part, iterations, and processes of
# bench-parts; PARTS_WHOLE=yes makes a plan at once too, PARTS_STEPS= leaves out the steps.
PARTS_EXTRACT ?= $(EXTRACTS)/pokhara-np-2016.osm.pbf
PARTS_HOUSEHOLDS ?= 12000
PARTS_WORKERS ?= 60
PARTS_SIZE ?= 1500
PARTS_ITERATIONS ?= 120000
PARTS_STEPS ?= yes
PARTS_PROCESSES ?= 1 2

.PHONY: bench-parts
bench-parts: setup-test ## a round planned in parts, step by step, and by one process and two; tables for docs/scale.md
	@test -f "$(PARTS_EXTRACT)" || { echo "no extract $(PARTS_EXTRACT); name one: make bench-parts PARTS_EXTRACT=FILE"; exit 1; }
	mkdir -p "$(BENCH_FOLDER)"
	go run ./planner/bench/streets points "$(PARTS_EXTRACT)" $(PARTS_HOUSEHOLDS) "$(BENCH_FOLDER)/parts.csv"
	ROUNDS_BENCH_EXTRACT="$(abspath $(PARTS_EXTRACT))" ROUNDS_BENCH_POINTS="$(BENCH_FOLDER)/parts.csv" ROUNDS_BENCH_WORKERS=$(PARTS_WORKERS) ROUNDS_BENCH_PART=$(PARTS_SIZE) \
		ROUNDS_BENCH_ITERATIONS=$(PARTS_ITERATIONS) ROUNDS_BENCH_WHOLE=$(PARTS_WHOLE) ROUNDS_BENCH_STEPS=$(PARTS_STEPS) ROUNDS_BENCH_PROCESSES="$(PARTS_PROCESSES)" \
		go test -count=1 -v -timeout 3h -tags bench -run '^TestBenchParts$$' ./planner/round

.PHONY: bench-replan
bench-replan: setup-test ## from an order to change a plan until it is proposed, 60 workers x 5 days in Andorra; table for docs/benchmarks.md
	mkdir -p "$(BENCH_FOLDER)"
	go run ./planner/bench/streets points $(OSM_MODULE)/testdata/andorra-latest.osm.bz2 2821 "$(BENCH_FOLDER)/replan.csv"
	ROUNDS_BENCH_EXTRACT=$(OSM_MODULE)/testdata/andorra-latest.osm.bz2 ROUNDS_BENCH_POINTS="$(BENCH_FOLDER)/replan.csv" ROUNDS_BENCH_WORKERS=60 \
		ROUNDS_BENCH_ITERATIONS=60000 go test -count=1 -v -timeout 1h -tags bench -run '^TestBenchReplan$$' ./planner/round

.PHONY: bench-tiles
bench-tiles: setup-test ## the work layer beside plain ST_AsMVT on the same 200,000 places, and how fresh it is, a minute; table for docs/benchmarks.md
	go test -count=1 -v -timeout 20m -tags bench -run '^TestBench(Tiles|Fresh)$$' ./tiles

.PHONY: bench-desk
bench-desk: setup-test web ## what the desk asks for when it opens, with a million households after ten years; table for docs/benchmarks.md
	go test -count=1 -v -timeout 2h -tags bench -run '^TestBenchDesk$$' ./web

# Households and formats of bench-export.
EXPORT_ROWS ?= 1000000
EXPORT_FORMATS ?= csv geojson geojsonseq fgb parquet gpkg shp kml xlsx
.PHONY: bench-export
bench-export: setup-test web ## a million households out in each format, beside ogr2ogr from the same PostGIS; table for docs/benchmarks.md
	ROUNDS_BENCH_ROWS=$(EXPORT_ROWS) ROUNDS_BENCH_FORMATS="$(EXPORT_FORMATS)" go test -count=1 -v -timeout 3h -tags bench -run '^TestBenchExport$$' ./web/export

# Households, megabytes and ways of bench-import: command, desk and ogr2ogr.
IMPORT_ROWS ?= 1000000
IMPORT_MB ?= 100
IMPORT_WAYS ?= command ogr2ogr
.PHONY: bench-import
bench-import: setup-test build ## a CSV file of a million households in, beside ogr2ogr into the same PostGIS; IMPORT_ROWS=2500000 IMPORT_MB=1024 is a gigabyte; table for docs/benchmarks.md
	ROUNDS_BENCH_ROWS=$(IMPORT_ROWS) ROUNDS_BENCH_MB=$(IMPORT_MB) ROUNDS_BENCH_WAYS="$(IMPORT_WAYS)" ROUNDS_BENCH_BINARY="$(CURDIR)/bin/rounds" \
	  go test -count=1 -v -timeout 3h -tags bench -run '^TestBenchImport$$' ./web/upload

.PHONY: load-audit
load-audit: ## 100,000 reads over HTTP: no row of the audit log may be missing
	ROUNDS_LOAD_READS=100000 go test -count=1 -timeout 60m -v -run TestReads_UnderLoadMissNoRow ./web

# The rate of load, its length, and how much one phone sends.
LOAD_SECONDS ?= 600
LOAD_SYNCS ?= 60
LOAD_OPERATIONS ?= 40
.PHONY: load
load: ## phones that sync at a steady rate over HTTP, ten minutes; 500 in 5 s: LOAD_SECONDS=5 LOAD_SYNCS=100; table for docs/benchmarks.md
	ROUNDS_LOAD_SYNC_SECONDS=$(LOAD_SECONDS) ROUNDS_LOAD_SYNC_PER_SECOND=$(LOAD_SYNCS) ROUNDS_LOAD_SYNC_OPERATIONS=$(LOAD_OPERATIONS) \
	  go test -count=1 -timeout 60m -v -run TestSync_UnderLoad ./web

# An extract of another place than that of the demo, for bench-phone.
PHONE_EXTRACT ?=

.PHONY: bench-phone
bench-phone: build ## the day pack, a start in airplane mode, 40 visits over slow 3G in Chromium; figures for docs/benchmarks.md
	cd $(APP) && $(if $(PHONE_EXTRACT),ROUNDS_E2E_EXTRACT="$(abspath $(PHONE_EXTRACT))") npx playwright test -c bench

.PHONY: soak
soak: soak-rounds soak-sync ## both of these

.PHONY: soak-rounds
soak-rounds: ## 100,000 random histories of a round: edits, plans, visits, crashes; each household accounted for after each step (hours)
	ROUNDS_SOAK_HISTORIES=100000 go test -count=1 -timeout 48h -v -run AccountsForEachHousehold ./planner/round

.PHONY: soak-sync
soak-sync: ## 200,000 operations of 8 phones, 1 to 5 copies each in any order, against a model; then 2,000 over a bad network
	ROUNDS_SOAK_OPERATIONS=200000 go test -count=1 -timeout 8h -v -run TestSync_AnyOrder ./geo/register
	ROUNDS_SOAK_WIRE=400 go test -count=1 -timeout 2h -v -run TestSync_NothingIsLost ./web

.PHONY: soak-solver
soak-solver: ## the solver against brute force on 10,000 problems of up to 9 stops (half an hour)
	go test -count=1 -timeout 8h -v -run TestSolve_FindsTheOptimumOfSmallProblems ./planner/search -args -problems 10000 -most 9

.PHONY: fuzz
FUZZ_TIME ?= 60s
fuzz: ## every fuzz target for FUZZ_TIME each
	@set -e; for file in $$(grep -rlE '^func Fuzz' --include='*_test.go' cmd geo planner tiles migrations web); do \
	  package=./$$(dirname $$file); \
	  for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]*' $$file | cut -c6-); do \
	    echo "$$package $$target"; go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZ_TIME) -fuzzminimizetime 20x $$package; \
	  done; \
	done

.PHONY: clean
clean: ## remove what was built (the demo's data in .rounds stays)
	rm -rf bin $(APP)/node_modules
	git clean -fdxq $(APP)/dist
