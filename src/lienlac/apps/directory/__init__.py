"""Who is who across the borders: nodes, their keys, offices and their twins."""
