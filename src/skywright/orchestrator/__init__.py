"""Which brain and which modality a request is given to, and why."""
