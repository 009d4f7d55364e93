"""A row of the register: the union of what the laws we know ask to be kept of a complaint."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

Entry = dict[str, Any]


@dataclass
class Row:
    """One complaint; instants in UTC, `amount` in units of `asset`, entries are plain values.

    It holds no personal words: `client` is a pseudonym. Sources: Delegated Regulation (EU) 2025/294
    Art. 8, MiCA Art. 71, DISP 1.9.1R, RG 271.
    """

    complaint: str
    case_id: str = ""
    received_at: datetime | None = None
    channel: str = ""
    language: str = ""
    jurisdictions: list[str] = field(default_factory=list)
    client: str = ""
    category: str = ""
    points: list[str] = field(default_factory=list)
    amount: Decimal | None = None
    asset: str | None = None
    facts_at: datetime | None = None
    admissible: bool | None = None
    admissible_at: datetime | None = None
    admissible_reasons: list[str] = field(default_factory=list)
    acknowledged_at: datetime | None = None
    acknowledgement: str | None = None
    info_requests: list[Entry] = field(default_factory=list)
    handlers: list[Entry] = field(default_factory=list)
    conflicts: list[Entry] = field(default_factory=list)
    approvals: list[Entry] = field(default_factory=list)
    evidence: list[Entry] = field(default_factory=list)
    proposed_at: datetime | None = None
    root_cause: str | None = None
    finding: str | None = None
    decision: str | None = None
    decisions: list[Entry] = field(default_factory=list)
    decided_at: datetime | None = None
    redress: list[Entry] = field(default_factory=list)
    letter_id: str | None = None
    letter_sha256: str | None = None
    letter_template: str | None = None
    answered_at: datetime | None = None
    extensions: list[Entry] = field(default_factory=list)
    accepted: str | None = None
    appeals: list[Entry] = field(default_factory=list)
    external: list[Entry] = field(default_factory=list)
    problem: str | None = None
    reviews: list[Entry] = field(default_factory=list)
    csat: int | None = None
    breaches: list[Entry] = field(default_factory=list)
    closed_at: datetime | None = None
    hold: bool = False
    erased_at: datetime | None = None
    policies: list[str] = field(default_factory=list)

    @property
    def independent(self) -> bool:
        """Whether nobody handled the complaint at two levels."""
        levels: dict[str, set[int]] = {}
        for entry in self.handlers:
            levels.setdefault(entry["handler"], set()).add(entry["level"])
        return all(len(found) == 1 for found in levels.values())
