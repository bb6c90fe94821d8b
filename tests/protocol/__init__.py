"""The protocol layer, specified."""
