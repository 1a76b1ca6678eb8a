"""Forms of the desk: what a page asks for. The rules themselves are the actions' business."""
