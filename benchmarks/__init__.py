"""Measurements that people run by hand: `python -m benchmarks.read`, `python -m benchmarks.cold`."""
