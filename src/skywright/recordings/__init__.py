"""Sessions with a cloud as files: recorded, served again, and held against the gym's answers."""
