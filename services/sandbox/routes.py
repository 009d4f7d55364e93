"""The sandbox's routes, all of them; the networks' nodes stand twice, as two that may differ."""

from fastapi import APIRouter

from services.sandbox import (
    accounts,
    actions,
    chain,
    chats,
    deposits,
    faults,
    health,
    mails,
    market,
    nodes,
    records,
    rows,
)

NODES = (chain.public, nodes.public)
SECOND = APIRouter(prefix="/second")
for _part in NODES:
    SECOND.include_router(_part)

ROUTERS = (
    *NODES,
    SECOND,
    *(
        part.router
        for part in (
            health,
            accounts,
            records,
            actions,
            deposits,
            market,
            rows,
            chain,
            nodes,
            mails,
            chats,
            faults,
        )
    ),
)
