"""A kind of resource that exists for tests alone: what a new kind costs, and what it gets."""
