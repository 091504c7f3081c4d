"""How sure a share is: seven messages are too few to conclude."""

import math

_Z = 1.959963984540054
"""The 97.5 % quantile of the normal distribution: 95 % between both ends."""


def wilson(count: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of the share count/n; (0, 1) when there is nothing.

    Source: E. B. Wilson (1927), « Probable inference, the law of succession, and statistical
    inference », JASA 22.

    >>> low, high = wilson(10, 20)
    >>> f"{low:.3f} {high:.3f}"
    '0.299 0.701'
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if n == 0:
        return 0.0, 1.0
    share, spread = count / n, _Z * _Z / n
    middle = share + spread / 2
    margin = _Z * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    return max(0.0, (middle - margin) / (1 + spread)), min(1.0, (middle + margin) / (1 + spread))
