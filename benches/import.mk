# The real import: 108,701 rows with validation, 5 s at most.
BENCHES += bench-import

.PHONY: bench-import
bench-import:
	@XUNFANG_BIN=$(abspath $(TARGET)/release/xunfang) $(STEP) "import of ten years" "10 s" scripts/bench-import.sh
