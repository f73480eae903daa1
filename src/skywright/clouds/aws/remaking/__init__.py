"""How things that an inventory describes are made again."""
