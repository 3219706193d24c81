# The real import: 108,701 rows with validation, 5 s at most. `make bench` runs it too.
PYTHON ?= python3

.PHONY: bench-import
bench-import: build ## the real import beside pandas' reading of the file
	@XUNFANG_BIN=$(abspath $(TARGET)/release/xunfang) PYTHON=$(PYTHON) \
		$(STEP) "import of ten years" "30 s" scripts/bench-import.sh
