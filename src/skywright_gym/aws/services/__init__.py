"""Services that moto lacks and the gym answers itself: one module each, listed in `own`."""
