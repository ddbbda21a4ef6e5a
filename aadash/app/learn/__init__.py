"""The pages that teach: lessons, glossary, simulator, class. What they hold is loaded only when they are opened."""
