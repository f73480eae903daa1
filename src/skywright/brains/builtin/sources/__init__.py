"""Where the values of a recipe's slots come from: the words, the cloud, or a default. One file a kind of
thing."""
