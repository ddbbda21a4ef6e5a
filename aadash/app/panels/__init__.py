"""The controls and content that belong to one page."""
