"""The frame, the box upon it and the way through the footage."""
