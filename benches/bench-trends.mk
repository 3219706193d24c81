# The statistics beside pandas, esda and R's surveillance, where they are installed.
PYTHON ?= python3

.PHONY: bench-trends
bench-trends: ## the statistics beside pandas and R, in one run
	@PYTHON=$(PYTHON) $(STEP) "statistics beside pandas and R" "6 min the first time, 1 min after" \
		cargo bench --bench trends $(LOCKED)
