"""What an account would be like after each step of a program, in thought: nothing here calls anything."""
