"""Whether scores are good enough: rows in, a verdict with its evidence out.

Pure: no service, no clock, no Pulumi. What is demanded stands in `spec/gates.py`.
"""
