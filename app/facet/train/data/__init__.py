"""The pictures a network learns from: folders, K-FACE, drawn faces."""
