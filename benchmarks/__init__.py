"""Measurements that people run by hand: `python -m benchmarks.read` and `benchmarks.cold`."""
