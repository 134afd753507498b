"""Pages of the web surface."""
