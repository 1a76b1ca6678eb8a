"""The customers' face: the help centre. Nobody signs in here."""
