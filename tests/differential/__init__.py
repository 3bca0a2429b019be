"""The same scripted requests sent to Parsley and to a real parse-server; ``bin/differential`` runs it."""
