"""The command line: words in, one object or a few plain lines out, and an exit status that means something."""
