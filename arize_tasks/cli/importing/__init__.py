"""The tasks of a space as a Pulumi program that takes them over.

`space` reads what is there; the rest is pure: `program` says what is declared, `identifiers` what
it is called, and `literals` lays it out.
"""
