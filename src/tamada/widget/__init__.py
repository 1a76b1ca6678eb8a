"""The face of the chat: what a visitor's browser asks, from whichever site the widget stands on."""
