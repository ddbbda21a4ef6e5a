"""R's answers that are not in the reference data sets; made by ``gen_expected.R``."""

import json
from pathlib import Path
from typing import Any

R: dict[str, Any] = json.loads(Path(__file__).with_name("expected.json").read_text())
