"""The matrix of changes: every field of every task type, in every situation, as one table."""
