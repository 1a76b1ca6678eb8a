"""People we serve: customers, identities, organisations, attributes and tags."""
