"""What each column is: names, visits, layouts, identities."""
