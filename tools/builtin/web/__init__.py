"""The hosts that the model may ask by HTTP: those that staff name, and only at public addresses."""
