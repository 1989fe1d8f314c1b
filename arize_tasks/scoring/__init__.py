"""Whether scores are good enough: rows in, a verdict with its evidence out.

Pure: no service, no clock, no Pulumi. What can be demanded is in `criteria.py`.
"""
