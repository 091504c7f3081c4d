"""When a watch is off its normal: tallies, baseline, detectors, levels. Knows no framework."""
