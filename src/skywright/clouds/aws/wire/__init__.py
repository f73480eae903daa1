"""AWS's wire protocols, both ways: recognise, parse, serialise, sign, refuse."""
