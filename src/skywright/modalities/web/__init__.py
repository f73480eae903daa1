"""Modality `web`: the gym's web portal in a browser, driven by an agent that reads pages."""
