"""Benchmarks: what Shiori costs and finds beside the bare parts it is made of, in one run.

Machines are noisy, so no time stands alone: the two sides of a comparison take turns, and the
ratio of their medians is what counts. No test asserts a time.
"""
