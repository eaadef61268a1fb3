"""What a run at a service will cost, as far as the price table is right."""

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Estimate:
    """cost in `currency`; mark and as_of say how far the table can be trusted."""

    calls: int
    cost: float
    currency: str
    as_of: str
    mark: str
    source: str

    @property
    def sentence(self) -> str:
        sure = "" if self.mark in ("R", "V") else ", from remembered prices: check them first"
        return (
            f"{self.calls:,} calls will cost about {self.cost:,.2f} {self.currency} "
            f"(prices as of {self.as_of}{sure})"
        )


def estimate(entry: str, calls: int) -> Estimate:
    """The cost of so many calls in one month; raises KeyError for an entry that is not there."""
    text = resources.files(__package__).joinpath("prices.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)
    cost, counted = 0.0, 0
    for tier in table[entry]["tiers"]:
        upto = min(calls, tier["calls"] or calls)
        cost += max(0, upto - counted) * tier["price"]
        counted = max(counted, upto)
    return Estimate(calls, cost, table["currency"], table["as_of"], table["mark"], table["source"])
