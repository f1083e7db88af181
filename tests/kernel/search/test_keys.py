"""What a record is found by, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.kernel.search import Wanted, query_keys, search_keys


def answers(typed: str, *texts: str) -> bool:
    """Tell whether a record with these texts has all that was asked for, in one of the readings."""
    keys = search_keys(texts)

    def has(wanted: Wanted) -> bool:
        if wanted.goes_on:
            return any(key.startswith(wanted.key) for key in keys)
        return wanted.key in keys

    return any(all(map(has, reading)) for reading in query_keys(typed).readings)


@pytest.mark.parametrize(
    "typed",
    ["00042", "42", "0042", "SO-2026-00042", "so 2026", "2026-0004", "so", "ＳＯ－２０２６", "s"],
)
def test_an_order_is_found_by_a_piece_of_its_number(typed: str) -> None:
    assert answers(typed, "SO-2026-00042")


@pytest.mark.parametrize("typed", ["00043", "so-2025", "420", "xo"])
def test_an_order_is_not_found_by_another_number(typed: str) -> None:
    assert not answers(typed, "SO-2026-00042")


@pytest.mark.parametrize(
    "typed",
    [
        "上海", "哲达", "海", "上海哲达", "贸易", "shanghai", "shangh", "zheda", "shzd", "zd", "sh",
        "SHZD", "shanghaizheda", "shanghaizd", "shanghzd", "上海zd", "zheda 上海", "上海 贸易", "貿易",
    ],
)  # fmt: skip
def test_a_customer_is_found_by_characters_pinyin_and_initials(typed: str) -> None:
    assert answers(typed, "上海哲达贸易有限公司")


@pytest.mark.parametrize("typed", ["上达", "北京", "beijing", "bj", "shdz", "上海bj", "zhangda"])
def test_a_customer_is_not_found_by_what_it_is_not_called(typed: str) -> None:
    assert not answers(typed, "上海哲达贸易有限公司")


def test_a_name_in_traditional_characters_is_found_by_simplified_ones_and_back() -> None:
    assert answers("广东华龙", "廣東華龍實業")
    assert answers("廣東華龍", "广东华龙实业")


def test_a_name_is_read_as_its_words_are() -> None:
    assert answers("chongqing", "重庆长安")
    assert answers("cqca", "重庆长安")
    assert not answers("zhongqing", "重庆长安")


def test_a_surname_is_found_as_it_is_read_in_names_too() -> None:
    assert answers("shantianfang", "单田芳")
    assert answers("dantianfang", "单田芳")
    assert not answers("shanweidaili", "单位代理商行")


def test_the_sound_of_u_with_dots_is_found_as_v_and_as_u() -> None:
    assert answers("lvyou", "旅游")
    assert answers("luyou", "旅游")


def test_a_foreign_name_is_found_without_its_accents_and_case() -> None:
    assert answers("zurich", "Café Zürich")
    assert answers("CAFÉ", "Café Zürich")
    assert answers("m8", "BOLT-M8x30")
    assert answers("x30", "BOLT-M8x30")


def test_the_sound_of_the_legal_form_leads_nowhere() -> None:
    assert not answers("gongsi", "上海哲达贸易有限公司")
    assert answers("公司", "上海哲达贸易有限公司")
    assert answers("gongsi", "公司")


def test_every_text_of_a_record_leads_to_it() -> None:
    assert answers("c00017", "上海哲达贸易有限公司", "C00017")
    assert answers("上海 00017", "上海哲达贸易有限公司", "C00017")


@pytest.mark.parametrize("typed", ["", "  ", "-", "'&|:*!", "\x00", "\\"])
def test_what_holds_no_letter_asks_for_nothing(typed: str) -> None:
    assert not query_keys(typed)


def test_the_keys_of_a_text_are_these() -> None:
    assert search_keys(["A-10"]) == ["0", "10", "^a10", "a"]
    assert search_keys(["长沙"]) == sorted(
        ["^长沙", "c", "ch", "changsha", "cs", "s", "sh", "sha", "沙", "长", "长沙"]
    )


@given(st.text(max_size=60))
def test_a_record_is_always_found_by_its_whole_text(text: str) -> None:
    assert answers(text, text) or not query_keys(text)


@given(st.text(max_size=200))
def test_no_key_is_empty(text: str) -> None:
    assert all(search_keys([text]))
