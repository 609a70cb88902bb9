"""Training, in a process of its own: recipes, data, degradations, checkpoints, and what is exported as a backend."""
