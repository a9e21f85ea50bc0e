"""An app that has taken over the desk: letters are registered now, and parcels are sent no more."""
