"""Models: the client for any server that speaks Chat Completions, and the demo model."""
