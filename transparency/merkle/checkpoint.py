"""The body of a checkpoint (C2SP tlog-checkpoint): origin, size, root, each on its line."""

from base64 import b64decode, b64encode
from dataclasses import dataclass

from transparency.merkle.tree import HASH_BYTES

LINES = 3


@dataclass(frozen=True)
class CheckpointBody:
    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "CheckpointBody":
        """Read a body; extension lines are ignored; raises ValueError."""
        lines = text.split("\n")
        if len(lines) <= LINES or not lines[0]:
            raise ValueError("a checkpoint has an origin, a size and a root")
        origin, size, root = lines[0], lines[1], b64decode(lines[2], validate=True)
        if not size.isascii() or not size.isdigit() or (size != "0" and size.startswith("0")):
            raise ValueError("the size of a checkpoint is a plain decimal number")
        if len(root) != HASH_BYTES:
            raise ValueError("the root of a checkpoint has 32 bytes")
        return cls(origin, int(size), root)
