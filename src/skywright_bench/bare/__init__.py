"""The bare agent: a model, a modality and a loop, as the paper's agents were. Skywright gives it no help."""
