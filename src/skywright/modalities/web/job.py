"""Where the browser's process finds what it is to do, and leaves what came of it: files in the workplace."""

JOB = "job.json"
OUTCOME = "outcome.json"
