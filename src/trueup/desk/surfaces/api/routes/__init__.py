"""The calls, a file per thing."""
