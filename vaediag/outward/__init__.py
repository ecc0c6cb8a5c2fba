"""Records for other people's tools: labelled arrays (xarray, and through it ArviZ) and tables (pandas)."""
