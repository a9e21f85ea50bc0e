"""The person's own calendar: asked, written into, and filled from files."""
