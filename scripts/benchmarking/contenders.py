"""All that is measured of the peers at one size, each in a process of its own."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts.benchmarking.peers.lexical import differences
from scripts.benchmarking.plan import HYBRID_PEERS, LEXICAL_PEERS, Plan
from scripts.benchmarking.process import measure

_ASKING = 15.0  # seconds of queries; a slow peer answers fewer of them
_HUDHUD = "hudhud"

Figures = dict[str, Any]


def measure_peers(
    plan: Plan,
    corpus: Path,
    index: Path,
    queries: list[str],
    before: Mapping[str, Figures],
    say: Callable[[str, Figures], None],
) -> None:
    """Say the figures of each peer; `before` has those of a smaller corpus, with how many times smaller it was.

    A peer whose build would last longer than it may, by what it took before, is not tried.
    """
    if any(peer in LEXICAL_PEERS for peer in plan.peers):
        _measure_lexical(plan, index, queries, before, say)
    for peer, module in HYBRID_PEERS.items():
        if peer in plan.peers:
            given = {"peer": module, "corpus": str(corpus), "queries": queries, "seconds": _ASKING}
            say(peer, hopeless(plan, before.get(peer)) or measure("peers.hybrid:hybrid", plan.peer_limit, **given))


def _measure_lexical(
    plan: Plan,
    index: Path,
    queries: list[str],
    before: Mapping[str, Figures],
    say: Callable[[str, Figures], None],
) -> None:
    with TemporaryDirectory(dir=plan.work) as temporary:
        tokens = Path(temporary) / "tokens"
        say("tokens", measure("peers.tokens:write", plan.limit, index=str(index), folder=str(tokens)))
        for peer, module in {_HUDHUD: _HUDHUD, **LEXICAL_PEERS}.items():
            if peer not in (_HUDHUD, *plan.peers):
                continue
            found = hopeless(plan, before.get(peer)) or measure(
                "peers.lexical:lexical",
                plan.peer_limit,
                peer=module,
                tokens=str(tokens),
                index=str(index),
                queries=queries,
                seconds=_ASKING,
                scores=str(_scores(temporary, peer)),
            )
            if peer != _HUDHUD and _scores(temporary, peer).is_file():
                found["scores"] = differences(_scores(temporary, _HUDHUD), _scores(temporary, peer))
            say(peer, found)


def hopeless(plan: Plan, before: Figures | None) -> Figures | None:
    """Why a peer is not even tried: the time that its build took at a smaller size, times the growth, is too long."""
    if before is None:
        return None
    if "failed" in before:
        return {"failed": f"not tried, it failed at a smaller size: {before['failed']}"}
    expected = before["build_seconds"] * before["growth"]
    if expected > plan.peer_limit:
        return {"failed": f"not tried, its build would take about {expected / 60:.0f} minutes"}
    return None


def _scores(folder: str, peer: str) -> Path:
    return Path(folder) / f"{peer}.npz"
