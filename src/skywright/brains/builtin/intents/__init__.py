"""What a request most likely asks for, learnt from phrasings that people labelled.

`phrasings/` holds them, a file for each recipe; `learn` makes `weights.txt` of them; `traits` is what
both see of a text; `model` reads the weights. Knows no cloud, and nothing of values: it only tells
requests apart.
"""
