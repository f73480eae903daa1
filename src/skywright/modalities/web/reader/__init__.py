"""The builtin decider: it reads a page's tree and knows pages, fields and buttons by what they are called."""
