"""What all channels share: the journal of raw input and the road of outgoing messages."""
