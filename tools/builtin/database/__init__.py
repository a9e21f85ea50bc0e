"""The database that the model may ask: never Clearcall's own, and never to change anything in it."""
