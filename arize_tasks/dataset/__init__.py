"""Datasets: their rows as declared, as digests, and as versions on the server."""
