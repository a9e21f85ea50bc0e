"""One log line for each request and each socket."""

import logging
from typing import Any

log = logging.getLogger("clearcall.access")


def log_access(protocol: str, action: str, details: dict[str, Any]) -> None:
    """Write what daphne says that it has done; handlers take the secrets of enter links out."""
    if protocol == "http":
        log.info("%(client)s %(method)s %(path)s %(status)s %(size)s", details)
    else:
        log.info("%(client)s socket %(path)s %(action)s", {**details, "action": action})
