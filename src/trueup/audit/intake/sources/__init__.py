"""One module per foreign source: how it is recognised and how it becomes evidence."""
