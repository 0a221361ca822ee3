"""Figures for `make bench`: ratios against a bare peer in the same run, for machines are noisy and differ."""
