"""What the demo model makes of a question: pure functions from a request to the next reply."""
