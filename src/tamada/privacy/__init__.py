"""What people may ask of us about their data: to see it, to know who looked, to agree and to take that back."""
