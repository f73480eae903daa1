"""The one price book. Both Skywright, which estimates, and the gym, which sends bills, look things up here,
and neither owns it: a module and a file of data for each cloud. Imports nothing of theirs.
"""
