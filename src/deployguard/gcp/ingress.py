"""Where requests may come from, in the words of the configuration and of gcloud.

Cloud Run (google.cloud.run.v2.IngressTraffic) and functions (ServiceConfig.IngressSettings) number them alike.
"""

from __future__ import annotations

_NUMBERS = {"all": 1, "internal": 2, "internal-and-cloud-load-balancing": 3}
_WORDS = {number: word for word, number in _NUMBERS.items()}


def ingress_number(word: object) -> int:
    """Return the number of a configured word; the configuration has refused what is none."""
    return _NUMBERS[str(word)]


def ingress_word(number: int) -> str:
    """Return the word of a number, its digits where there is none."""
    return _WORDS.get(number, str(int(number)))
