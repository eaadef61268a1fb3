"""The verbs of proofs. `signatures` calls them inside its own transaction."""
