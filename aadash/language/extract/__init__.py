"""Which sentences the source can show: for ``scripts/languages.py`` and the tests; the app never loads it."""
