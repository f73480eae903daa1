"""A request said again in plain words, by a reader that learnt from marked prompts.

`marked/` holds prompts that people wrote, with the values marked in place; `learn` makes `reader.crfsuite` of
them; `reader` finds the values in a request, `retell` writes the plain request. What was learnt only ever
proposes words: they are read, accounted for and planned like anybody's.
"""
