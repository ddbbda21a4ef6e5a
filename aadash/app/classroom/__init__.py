"""A class: what a teacher hands out by one link, and the poll. In this process's memory alone (docs/adr/0023-a-class.md)."""
