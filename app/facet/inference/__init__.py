"""The process that finds faces, enhances and measures, and the client that asks it."""
