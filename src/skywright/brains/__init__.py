"""What turns words into a plan. One file or folder a brain."""
