"""Where Django writes numbers otherwise than the readers of a language do."""
