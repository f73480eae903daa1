"""What is known of each cloud: one folder a cloud, the same files in each, behind the faces in `base`."""
