"""An app whose tools do things that cannot be undone, and keep a ledger of them."""
