"""The bundled plans: YAML documents with a clause beside every rule. Data only."""
