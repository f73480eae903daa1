"""How each kind of described resource is made again in a world. The order is in `importing`."""
