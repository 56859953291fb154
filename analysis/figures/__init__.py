"""How is a table drawn?  `plot_*(table, *, ax=None) -> Axes`, one file a topic; nothing here loads or counts."""
