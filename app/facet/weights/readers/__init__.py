"""Files of other programs, read into plain arrays: no network library is needed, nothing in them is executed."""
