"""Gates: whose scores, the rows that have them, and the verdict that stops a deployment."""
