"""The ways in which a program can be performed. One file each; none knows another."""
