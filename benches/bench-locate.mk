.PHONY: bench-locate
bench-locate: ## how many points a second find their micro-grid
	@$(STEP) "points that find their grid" "6 min the first time, 1 min after" \
		cargo bench --bench locate $(LOCKED)
