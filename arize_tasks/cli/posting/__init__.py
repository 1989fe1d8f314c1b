"""Posts a comment on the pull request that a CI job belongs to: made at first, replaced later."""
