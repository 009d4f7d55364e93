"""Which processes make a local installation, and what each is told by its environment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.local.ports import LOOPBACK
from shared.pipeline import SERVICES


@dataclass(frozen=True)
class Row:
    """One process: its name, what `redress serve` is told, its niceness."""

    name: str
    serves: str
    lane: str = "normal"
    niceness: int = 0

    @property
    def arguments(self) -> tuple[str, ...]:
        """Of the `redress` command."""
        return "serve", self.serves, "--lane", self.lane


ROWS = (
    Row("sandbox", "sandbox"),
    Row("intake", "intake", niceness=10),
    Row("triage", "triage", niceness=10),
    Row("investigation", "investigation", niceness=10),
    Row("resolution", "resolution", niceness=10),
    Row("notify", "notify", niceness=5),  # it reads what all the others write
    Row("express", "all", lane="express"),  # not niced: a freeze must not wait for a flood
    Row("ledger", "ledger", niceness=10),
    Row("gateway", "gateway"),
)
LEDGER = "ledger"  # its folder in the state folder
SUPPORT = "complaints@redress.invalid"  # the address that the letters name
# Motor's threads: enough of them that calls which hang do not stop the others, and none with
# memory of its own, which would be a tenth of a service's.
THREADS = {"MOTOR_MAX_WORKERS": "32", "MALLOC_ARENA_MAX": "2"}


def niceness_of(name: str) -> int:
    """Of a process."""
    return next(row.niceness for row in ROWS if row.name == name)


def url(port: int) -> str:
    """Of a local process."""
    return f"http://{LOOPBACK}:{port}"


def common(
    hold: Callable[[str], int], servers: Mapping[str, str], secrets: Mapping[str, str], policy: str
) -> dict[str, str]:
    """The environment of every process; `hold` gives the port of a name."""
    return {
        **servers,
        **secrets,
        **THREADS,
        "REDRESS_HOST": LOOPBACK,
        "REDRESS_POLICY": policy,
        "REDRESS_PUBLIC_URL": url(hold("gateway")),
        "REDRESS_EXCHANGE_URL": url(hold("sandbox")),
        **nodes(url(hold("sandbox"))),
        "REDRESS_SMTP_URL": f"smtp://{LOOPBACK}:{hold('smtp')}",
        "REDRESS_MAIL_FROM": SUPPORT,
        "REDRESS_MAIL_ADDRESSES": SUPPORT,
        "REDRESS_CHANNELS_LOOPBACK": "true",
        "REDRESS_TRUSTED_PROXIES": f"{LOOPBACK}/32",
    }


def nodes(sandbox: str) -> dict[str, str]:
    """Two sources of each network: the sandbox shows its nodes twice."""
    paths = {
        "ESPLORA": "esplora",
        "ETHEREUM": "evm/ethereum",
        "BSC": "evm/bsc",
        "TRON": "tron",
        "XRPL": "rippled",
    }
    both = {name: f"{sandbox}/{path},{sandbox}/second/{path}" for name, path in paths.items()}
    return {
        **{f"REDRESS_{name}_URL": urls for name, urls in both.items()},
        "REDRESS_NODE_CALLS_PER_S": "5000",
        "REDRESS_NODE_CALLS_AT_ONCE": "100",
    }


def own(row: Row, hold: Callable[[str], int]) -> dict[str, str]:
    """What only the process of `row` is told."""
    told = {"REDRESS_PORT": str(hold(row.name))}
    if row.name == "sandbox":
        told["REDRESS_SANDBOX_SMTP_PORT"] = str(hold("smtp"))
    if row.name == "intake":
        told["REDRESS_MAIL_LISTEN"] = f"{LOOPBACK}:{hold('mail')}"
    if row.name == "gateway":
        for name in SERVICES:
            told[f"REDRESS_{name.upper()}_URL"] = url(hold(name))
    return told
