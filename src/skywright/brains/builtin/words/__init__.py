"""From words to what they say. Nothing in here looks at any cloud or knows any recipe.

In the order of use: `tokens` cuts the text, `lexicon` finds meaning in it, `sentences` and `negation` keep
what is asked for, `reader` takes out the `facts` (`naming`, `measures`, `ports`, `counting`, `places`,
`quantities`), and `sense` is the whole of that. Word lists and patterns are data: `vocabulary`.
"""
