"""Plain types that every room shares. Standard library and numpy only."""
