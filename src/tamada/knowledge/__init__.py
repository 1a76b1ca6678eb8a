"""What the company knows: articles in several languages, their versions, and the help centres that show them."""
