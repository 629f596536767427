from __future__ import annotations

from rag.query.query import query_of


def test_a_query_knows_its_language_names_and_years() -> None:
    query = query_of("2023年にCloudFormationは何が変わった？")
    assert (query.language, query.names, query.years) == ("ja", ("CloudFormation",), ("2023",))
    assert query.sentences == ()


def test_of_several_sentences_each_is_searched_too() -> None:
    query = query_of("I was away last week. Who plans the kiln now?")
    assert query.sentences == ("I was away last week.", "Who plans the kiln now?")
    assert query_of("Ok. Who plans the kiln now?").sentences == ()
