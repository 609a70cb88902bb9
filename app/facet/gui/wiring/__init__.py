"""What follows from what: signals of the parts and the desks, connected."""
