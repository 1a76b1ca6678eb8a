"""Moving in and out: everything as files, and archives of other desks brought in."""
