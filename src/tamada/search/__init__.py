"""The index of messages and customers, and how it is asked."""
