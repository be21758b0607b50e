"""Does anything answer the query? Pure.

The best fused score of a query that no document answers is the best of many chances; short queries have higher ones,
because one word more or less is a larger share of them. Under the bar that this sets, a query is doubtful: only
the few best are shown. Well under it, nothing is. Over it, whatever has some merit beside the best is.
"""

from math import inf

import numpy as np

from search.fusion import Scores
from search.settings import SearchSettings


def bar(words: int, narrowed: bool, settings: SearchSettings) -> float:
    """The best score from which on a query of so many words has an answer for sure.

    `narrowed` says that some languages were not searched: the best answer may be in one of those.

    >>> settings = SearchSettings(sure=5.5, sure_word=12.0, narrowed=1.5)
    >>> bar(4, False, settings), bar(12, False, settings), bar(12, True, settings)
    (8.5, 6.5, 5.0)
    """
    height = settings.sure + settings.sure_word / max(words, 3)
    return height - settings.narrowed if narrowed else height


def shown(scores: Scores, height: float, settings: SearchSettings) -> int:
    """How many of some results to show, given their scores, best first, and the bar that the best has to pass.

    >>> settings = SearchSettings(floor=1.0, floor_share=0.2, doubt=1.0, doubtful_results=2)
    >>> scores = np.array([8.0, 7.0, 6.0, 1.5])
    >>> shown(scores, 8.0, settings), shown(scores, 8.5, settings), shown(scores, 9.5, settings)
    (3, 2, 0)
    """
    best = float(scores[0]) if len(scores) else -inf
    if best < height - settings.doubt:
        return 0
    least = max(settings.floor, settings.floor_share * best) if best > 0 else settings.floor
    worthy = int(np.count_nonzero(scores >= least))
    return worthy if best >= height else min(worthy, settings.doubtful_results)
