"""Turns hostile text into safe HTML: the only room that does."""
