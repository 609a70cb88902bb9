"""Figures about pictures, each with the protocol that makes it comparable."""
