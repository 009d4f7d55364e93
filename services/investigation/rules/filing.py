"""Filing: how an answer becomes a piece of evidence, and how its content is read again."""

import hashlib
import json
from datetime import datetime
from typing import Any

from services.investigation.state import InvestigationState
from shared.events.investigation import Evidence, Sensitivity
from shared.events.personal import Personal


def filed(  # noqa: PLR0913 - a piece of evidence has this many facts
    content: object,
    *,
    kind: str,
    source: str,
    query: str,
    at: datetime,
    collector: str,
    sensitivity: Sensitivity,
) -> Evidence:
    """One piece of evidence: canonical JSON (sorted keys, no spaces, UTF-8) and its sha256."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    name = f"{source}|{at.isoformat()}|{sha256}"
    return Evidence(
        evidence_id="ev-" + hashlib.sha256(name.encode()).hexdigest()[:20],
        type=kind,
        source=source,
        query=query,
        collected_at=at,
        collector=collector,
        sha256=sha256,
        sensitivity=sensitivity,
        content=Personal(text),
    )


def content(state: InvestigationState, source: str) -> dict[str, Any]:
    """What a source answered; empty where it was not asked, or where the person was erased."""
    evidence = state.evidence.get(source)
    if evidence is None:
        return {}
    try:
        answer = json.loads(evidence.content.text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
