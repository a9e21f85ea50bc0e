"""An app that a newcomer might write."""
