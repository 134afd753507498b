"""Made-up organisations with a known truth: clean ones, planted ones, traps (docs/worlds.md)."""
