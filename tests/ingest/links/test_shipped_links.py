"""Every link of the shipped notes, read off the file by hand: line, kind and where it leads."""

from __future__ import annotations

from pathlib import Path

from fetch_server import settings_for

from ingest.articles.collection import collect_articles
from ingest.links.canonical import canonical_url, classify
from ingest.notes.chunking import chunk_note
from rag.types import NoteLink

NAME = "reinvent-2023.md"
NOTE = Path(__file__).parents[3] / "corpus" / "notes" / NAME
UPLOADS = (
    "https://prod-files-secure.s3.us-west-2.amazonaws.com/6bb05ca2-c619-43d2-9b51-2da2ea3cb026"
)
CLASSMETHOD = "https://dev.classmethod.jp"
AWS = "https://aws.amazon.com/jp"
SLIDES = "https://pages.awscloud.com/rs/112-TZM-766/images"
WATCH = "https://www.youtube.com/watch?v="
TRUTH = [
    (83, "image", f"{UPLOADS}/65ce290e-3783-4f31-a20c-6af3b4ca37cb/Untitled.png"),
    (97, "page", f"{CLASSMETHOD}/articles/update-reinvent23-application-composer-in-vs-code/"),
    (
        100,
        "pdf",
        f"{SLIDES}/20221222_25th_ISV_DiveDeepSeminar_CodeCatalyst%E3%81%AE%E7%B4%B9%E4%BB%8B.pdf",
    ),
    (
        103,
        "page",
        f"{AWS}/blogs/aws/improve-developer-productivity-with-generative-ai-powered-amazon-q"
        "-in-amazon-codecatalyst-preview/",
    ),
    (105, "video", f"{WATCH}SUqap3JZYmc"),
    (
        119,
        "page",
        f"{AWS}/about-aws/whats-new/2023/11/application-load-balancer-availability-target-weights/",
    ),
    (
        123,
        "page",
        f"{AWS}/blogs/news/introducing-amazon-cloudfront-keyvaluestore-a-low-latency-datastore"
        "-for-cloudfront-functions/",
    ),
    (131, "page", f"{CLASSMETHOD}/articles/reinvent2023-inspector-image-scanning-cicd-support/"),
    (
        135,
        "page",
        f"{AWS}/blogs/aws/three-new-capabilities-for-amazon-inspector-broaden-the-realm-of"
        "-vulnerability-scanning-for-workloads/",
    ),
    (137, "image", f"{UPLOADS}/14abf16f-5d77-443e-9dfd-46d17a913b21/Untitled.png"),
    (141, "page", f"{CLASSMETHOD}/articles/guardduty-ecs-runtime-monitoring/"),
    (143, "image", f"{UPLOADS}/1199c074-30b2-4467-8a74-ee4fad83c069/Untitled.png"),
    (
        146,
        "page",
        f"{AWS}/about-aws/whats-new/2023/11"
        "/amazon-managed-service-prometheus-agentless-collector-metrics-eks/",
    ),
    (
        161,
        "page",
        f"{AWS}/blogs/news/aws-lambda-functions-now-scale-12-times-faster-when-handling"
        "-high-volume-requests/",
    ),
    (190, "page", "https://tech.nri-net.com/entry/what_is_a_zero_etl_future"),
    (202, "video", f"{WATCH}jykSBmnAM2I"),
    (205, "page", f"{CLASSMETHOD}/articles/aws-re-invent-2023-arc307/"),
    (206, "video", f"{WATCH}eLxBnGoBltc"),
    (208, "video", f"{WATCH}grdawJ3icdA"),
    (
        210,
        "playlist",
        "https://www.youtube.com/playlist?list=PLBzJ4gdGNusEj7HhTEFms1RhlPYG3EFES",
    ),
    (
        213,
        "page",
        f"{CLASSMETHOD}/search?q=%E3%82%BB%E3%83%83%E3%82%B7%E3%83%A7%E3%83%B3%E3%83%AC%E3%83%9D"
        "%E3%83%BC%E3%83%88&tags=AWS%20re%3AInvent%202023&page=1",
    ),
    (220, "video", f"{WATCH}Mq_I3H3BPQI"),
    (221, "pdf", f"{SLIDES}/AWS-Black-Belt_2023_reInvent2023digest_1201_v1.pdf"),
]


def shipped() -> list[NoteLink]:
    return list(chunk_note(NAME, NOTE.read_text(encoding="utf-8")).links)


def test_each_link_has_its_line_kind_and_page() -> None:
    found = [
        (link.where.line, "image" if link.image else classify(link.url), canonical_url(link.url))
        for link in shipped()
    ]
    assert sorted(found) == TRUTH


def test_each_link_has_one_row_that_names_its_bullet(tmp_path: Path) -> None:
    links = shipped()
    ledger = collect_articles(links, settings_for(tmp_path), offline=True).ledger
    rows = sorted((row.linked_from[0].line, row.kind, row.canonical) for row in ledger)
    assert rows == TRUTH
    assert all(len(row.linked_from) == 1 and row.reason for row in ledger)
    lines = NOTE.read_text(encoding="utf-8").split("\n")
    assert all("http" in lines[row.linked_from[0].line - 1] for row in ledger)
