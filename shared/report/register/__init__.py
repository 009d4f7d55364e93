"""The register of complaints: a row for each, and what a regulator asks to be counted of them."""

from shared.report.register.pages import COLUMNS, as_csv, as_json
from shared.report.register.row import Row
from shared.report.register.rows import Cases, rows

__all__ = ["COLUMNS", "Cases", "Row", "as_csv", "as_json", "rows"]
