"""Pure decisions: privileges, policies, budget, autonomy, proof. Only a `load` reads files; nothing else."""
