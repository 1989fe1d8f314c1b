"""Not there: no user's environment needs it, and httpx would import its own command line for it."""

raise ImportError("rich is left out, as it is where only this package is installed")
