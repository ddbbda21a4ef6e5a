"""What does a registry of millions say?"""

from aadash.app.panels import registry

registry.page()
