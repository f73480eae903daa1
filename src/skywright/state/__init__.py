"""What Skywright keeps between commands: its folder, its database, runs, targets, and the way to the gym."""
