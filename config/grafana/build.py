"""Write the board that Grafana is provisioned with: `python config/grafana/build.py`."""

import json
from pathlib import Path
from typing import Final

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from config.grafana.board import board

PATH: Final = Path(__file__).parent / "dashboards" / "tableau.json"


def built() -> str:
    """Return the board as Grafana reads it."""
    made = board().build()
    return json.dumps(made, cls=JSONEncoder, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    PATH.write_text(built(), encoding="utf-8")
