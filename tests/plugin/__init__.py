"""The real host process of dynamic providers, spoken to over gRPC, without an engine."""
