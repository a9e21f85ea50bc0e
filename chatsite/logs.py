"""What never reaches a log."""

import logging
import re

ENTER_LINK = re.compile(r"(/enter/)[^\s/?\"']+")


class WithoutEnterLinks(logging.Filter):
    """Take the secret out of enter links, wherever a logged line carries one."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "/enter/" in message:
            record.msg, record.args = ENTER_LINK.sub(r"\1...", message), ()
        return True
