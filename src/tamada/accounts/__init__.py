"""People who work here: agents, teams, roles, tokens and sign-in."""
