"""OpenRouter's `reasoning_details`, streamed in pieces and demanded back as the blocks they are pieces of."""

from typing import Any

# The fields that grow piece by piece; the others (a signature, a format) are said once.
GROWING = ("text", "summary", "data")


def merged(pieces: list[Any]) -> list[Any]:
    """Join neighbouring pieces of one block: the same type, index and id."""
    blocks: list[Any] = []
    for piece in pieces:
        if blocks and isinstance(piece, dict) and _same_block(blocks[-1], piece):
            blocks[-1] = _joined(blocks[-1], piece)
        else:
            blocks.append(piece)
    return blocks


def _same_block(block: Any, piece: dict[str, Any]) -> bool:
    if not isinstance(block, dict) or block.get("type") != piece.get("type"):
        return False
    return block.get("index") == piece.get("index") and piece.get("id") in (None, block.get("id"))


def _joined(block: dict[str, Any], piece: dict[str, Any]) -> dict[str, Any]:
    said = {key: value for key, value in piece.items() if value is not None}
    grown = {key: block[key] + said[key] for key in GROWING if _both_text(block.get(key), said.get(key))}
    return {**block, **said, **grown}


def _both_text(one: Any, other: Any) -> bool:
    return isinstance(one, str) and isinstance(other, str)
