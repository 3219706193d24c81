# The statistics beside pandas, esda and R's surveillance, where they are installed.
BENCHES += bench-trends

PYTHON ?= python3

.PHONY: bench-trends
bench-trends: ## the statistics beside pandas and R, in one run
	@PYTHON=$(PYTHON) $(STEP) "statistics beside pandas and R" "3 min" cargo bench --bench trends $(LOCKED)
