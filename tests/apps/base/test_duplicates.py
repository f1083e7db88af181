"""Duplicates: the same company written in many ways, and different ones that look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.apps.base.duplicates import (
    Party,
    Reason,
    Score,
    company_email_domain,
    match_score,
    normalised_company_name,
    normalised_phone,
    similarity,
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("华为技术有限公司", "华为技术"),
        ("华为技术（中国）有限责任公司", "华为技术"),
        ("华为技术(中国)股份有限公司", "华为技术"),
        (" 华 为 技 术 有 限 公 司 ", "华为技术"),
        ("华为（集团）有限公司", "华为"),
        ("联想集團", "联想"),
        ("美的控股集团有限公司", "美的"),
        ("深圳市大疆创新科技有限公司", "深圳市大疆创新科技"),
        ("中国石油天然气集团有限公司", "中国石油天然气"),
        ("（深圳）某某贸易有限公司", "深圳某某贸易"),
        ("集团有限公司", "集团"),
        ("有限公司", "有限公司"),
        ("股份有限公司", "股份有限公司"),
        ("ＡＣＭＥ　Ｃｏ．，　Ｌｔｄ．", "acme"),
        ("Acme (China) Co., Ltd.", "acme"),
        ("ACME Holdings, Inc.", "acme"),
        ("Frankenversand GmbH", "frankenversand"),
        ("B's Beverages", "bsbeverages"),
        ("Acme S.A.", "acme"),
        ("Group", "group"),
        ("···", ""),
        ("", ""),
    ],
)
def test_a_name_is_reduced_to_what_tells_it_from_others(written: str, name: str) -> None:
    assert normalised_company_name(written) == name


def test_the_same_name_in_two_cities_is_two() -> None:
    assert normalised_company_name("深圳华为有限公司") != normalised_company_name(
        "上海华为有限公司"
    )


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("13812345678", "+8613812345678"),
        ("138-1234-5678", "+8613812345678"),
        ("+86 138 1234 5678", "+8613812345678"),
        ("0086 13812345678", "+8613812345678"),
        ("8613812345678", "+8613812345678"),
        ("＋８６ １３８１２３４５６７８", "+8613812345678"),
        ("0755-12345678", "+8675512345678"),
        ("(0755) 12345678 转 801", "+8675512345678"),
        ("0755-12345678-801", "+8675512345678"),
        ("+86 (0)755 12345678 ext. 12", "+8675512345678"),
        ("+86 0755 12345678", "+8675512345678"),
        ("010-12345678", "+861012345678"),
        ("(+44) 20 7946 0000", "+442079460000"),
        ("+44 (0)20 7946 0000", "+442079460000"),
        ("400-820-8820", "+864008208820"),
        ("110", ""),
        ("none", ""),
        ("", ""),
    ],
)
def test_a_phone_number_is_written_with_its_country(typed: str, phone: str) -> None:
    assert normalised_phone(typed) == phone


def test_a_number_of_another_country_keeps_its_own_code() -> None:
    assert normalised_phone("030 0074321", country_code="49") == "+49300074321"


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("Li@Huawei.com", "huawei.com"),
        ("li@qq.com", ""),
        ("li@VIP.163.com", ""),
        ("li@gmail.com", ""),
        ("li＠huawei.com", "huawei.com"),
        ("no address", ""),
        ("", ""),
    ],
)
def test_a_public_domain_tells_nothing(email: str, domain: str) -> None:
    assert company_email_domain(email) == domain


def test_the_same_tax_number_is_certain() -> None:
    one = Party("华为技术有限公司", tax_number="91110000600037341L")
    other = Party("完全另一名", tax_number="9111 0000 6000 3734 1l")

    assert match_score(one, other) == Score(100, (Reason.SAME_TAX_NUMBER,))


def test_the_same_name_is_likely_and_the_same_phone_makes_it_likelier() -> None:
    one = Party("华为技术有限公司", phones=("0755-12345678",))
    by_name = Party("华为技术（中国）有限责任公司")
    by_both = Party("华为技术（中国）有限责任公司", phones=("+86 755 1234 5678",))

    assert match_score(one, by_name) == Score(85, (Reason.SAME_NAME,))
    assert match_score(one, by_both) == Score(94, (Reason.SAME_NAME, Reason.SAME_PHONE))


def test_two_tax_numbers_are_two_companies_however_alike() -> None:
    one = Party("华为技术有限公司", tax_number="91110000600037341L", phones=("13812345678",))
    other = Party("华为技术有限公司", tax_number="9144030071526726XG", phones=("13812345678",))

    assert match_score(one, other) == Score(
        60, (Reason.OTHER_TAX_NUMBER, Reason.SAME_NAME, Reason.SAME_PHONE)
    )


def test_a_name_with_one_character_more_is_similar() -> None:
    one, other = Party("深圳市大疆创新科技有限公司"), Party("深圳大疆创新科技有限公司")

    assert match_score(one, other) == Score(50, (Reason.SIMILAR_NAME,))


def test_colleagues_share_a_domain_and_strangers_at_qq_do_not() -> None:
    one = Party("甲", emails=("li@huawei.com", "li@qq.com"))

    assert match_score(one, Party("乙", emails=("wang@huawei.com",))) == Score(
        40, (Reason.SAME_EMAIL_DOMAIN,)
    )
    assert match_score(one, Party("乙", emails=("LI@huawei.com",))) == Score(
        70, (Reason.SAME_EMAIL,)
    )
    assert match_score(one, Party("乙", emails=("wang@qq.com",))) == Score(0, ())


def test_what_is_empty_on_both_sides_is_no_match() -> None:
    nothing = Party("", phones=("",), emails=("",))

    assert match_score(nothing, nothing) == Score(0, ())


PARTIES = st.builds(
    Party,
    name=st.text("华为技术有限公司集团(中国) acoltd.", max_size=12),
    tax_number=st.sampled_from(["", "91110000600037341L", "9144030071526726XG"]),
    phones=st.lists(st.text("0123456789+- 转", max_size=14), max_size=2).map(tuple),
    emails=st.lists(
        st.sampled_from(["", "a@b.cn", "c@b.cn", "a@qq.com", "c@qq.com"]), max_size=2
    ).map(tuple),
)


@given(PARTIES, PARTIES)
def test_a_score_is_the_same_from_both_sides_and_within_bounds(one: Party, other: Party) -> None:
    score = match_score(one, other)

    assert score == match_score(other, one)
    assert 0 <= score.points <= 100
    assert (score.points > 0) == bool(set(score.reasons) - {Reason.OTHER_TAX_NUMBER})


@given(st.text(max_size=30))
def test_reducing_a_reduced_name_changes_nothing(name: str) -> None:
    once = normalised_company_name(name)

    assert normalised_company_name(once) == once


@given(st.text(max_size=10), st.text(max_size=10))
def test_similarity_lies_between_nothing_and_all(one: str, other: str) -> None:
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == similarity(other, one)
