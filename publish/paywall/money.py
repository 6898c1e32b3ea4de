"""Money as people read it: integer minor units and an ISO currency in, a price out."""

from __future__ import annotations

# fmt: off
_WITHOUT_CENTS = frozenset({
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND",
    "VUV", "XAF", "XOF", "XPF",
})
# fmt: on
_WITH_MILLS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_SIGNS = {
    "zh": {"CNY": "¥", "USD": "US$", "JPY": "JP¥", "TWD": "NT$", "HKD": "HK$"},
    "": {"CNY": "CN¥", "USD": "$", "JPY": "¥", "TWD": "NT$", "HKD": "HK$"},
}
_EVERYWHERE = {"EUR": "€", "GBP": "£", "KRW": "₩", "AUD": "A$", "CAD": "CA$", "NZD": "NZ$"}


def digits(currency: str) -> int:
    """Return how many digits of an amount stand behind the point."""
    if currency in _WITHOUT_CENTS:
        return 0
    return 3 if currency in _WITH_MILLS else 2


def written(minor: int, currency: str, lang: str = "") -> str:
    """Return a price: "¥365", "$5.90", "CHF 12"; cents only where there are any."""
    code, places = currency.upper(), digits(currency.upper())
    whole, rest = divmod(abs(minor), 10**places)
    number = f"{whole:,}" + (f".{rest:0{places}d}" if rest else "")
    sign = (_SIGNS["zh" if lang.lower().startswith("zh") else ""] | _EVERYWHERE).get(code)
    return ("-" if minor < 0 else "") + (f"{sign}{number}" if sign else f"{code} {number}")
