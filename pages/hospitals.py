"""What do several hospitals say together?"""

from aadash.app.panels import hospitals

hospitals.page()
