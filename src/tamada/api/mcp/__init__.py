"""The desk for a person's own assistant, by the Model Context Protocol: it searches, reads and drafts as that person.

`tools` is what can be done, by the same queries and actions as the rest of the API; `server` and `http` put it on the
wire with the official SDK (the extra `mcp`). Nothing here sends anything to a customer.
"""
