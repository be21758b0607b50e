"""Every choice that changes a ranking but not the index. Each default is written here and nowhere else."""

from dataclasses import dataclass

from index.errors import SettingsError


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How a query becomes a ranking.

    `candidates`       chunks that each leg puts forward in each language
    `neighbours`       terms that stand in for a query word in a language that lacks it
    `least_cosine`     how near such a term has to be
    `sharpness`        neighbours weigh as the ratio of their cosine to the nearest one's, to this power
    `coverage_weight`  what having all words of the query is worth, in standard deviations of meaning
    `floor`            least fused score of a hybrid result (this and the next six: `scripts/calibrate.py`)
    `floor_share`      least share of the best result's score
    `sure`, `sure_word` a query of n words has an answer if its best score is at least sure + sure_word / n
    `narrowed`         so much less is asked of the best when not all languages are searched
    `doubt`            so much less is still worth showing, but only the best few
    `doubtful_results` how many
    `background`       chunks of a language whose scores say what a chance similarity is
    `exact_share`      weight of a word of one language that happens to exist in another of the same
                       script, where it may mean something else; more where it has no sure translation
    `glossary_weight`  least weight of a term that the glossary gives for a word
    `phrase_weight`    weight of what the glossary gives for several words together, or in several for one
    `joined_weight`    weight of two words written as one, or one written as two
    `reranker`         cross-encoder that orders the best results anew, by name or path; "" for none
    `rerank_depth`     how many of them
    `snippet_length`   characters of a snippet, about
    `longest_query`    characters; a longer query is refused
    `deepest_result`   offset + limit; a deeper page is refused
    `time_limit`       seconds after which a search is given up, between two of its stages
    """

    candidates: int = 100
    neighbours: int = 20
    least_cosine: float = 0.3
    sharpness: float = 4.0
    coverage_weight: float = 14.0
    floor: float = 1.0
    floor_share: float = 0.15
    sure: float = 6.5
    sure_word: float = 12.0
    narrowed: float = 4.0
    doubt: float = 1.25
    doubtful_results: int = 5
    background: int = 512
    exact_share: float = 0.5
    glossary_weight: float = 0.5
    phrase_weight: float = 0.4
    joined_weight: float = 0.9
    reranker: str = ""
    rerank_depth: int = 50
    snippet_length: int = 260
    longest_query: int = 2000
    deepest_result: int = 1000
    time_limit: float = 10.0

    def __post_init__(self) -> None:
        if min(self.candidates, self.neighbours, self.snippet_length, self.longest_query, self.deepest_result) < 1:
            raise SettingsError(f"every number of {self} has to be at least 1")
        if not self.time_limit > 0:
            raise SettingsError(f"time_limit is {self.time_limit} s; it has to be more than 0")
        if not 0 <= self.exact_share <= 1 or not 0 <= self.least_cosine <= 1:
            raise SettingsError(f"exact_share has to be within 0..1 and least_cosine within 0..1, not as in {self}")
