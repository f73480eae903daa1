"""The command line: words in, plain lines or one object out, and an exit status that means something."""
