"""Tools for tests in a browser that must be allowed before they run."""
