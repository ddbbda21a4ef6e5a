"""The terms, each in one sentence."""

from aadash.app.learn import glossary

glossary.page()
