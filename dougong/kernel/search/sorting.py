"""The order of Chinese texts: by pinyin, through one function that the database can index."""

from __future__ import annotations

from functools import cache

import msgspec

FIRST, LAST = 0x4E00, 0x9FFF
"""The common Chinese characters; rarer ones come behind them all."""
SORT_KEY = "public.sort_key"
"""The function's name. It is made once in a database and never changed: indexes stand on it."""

FUNCTION = """
CREATE FUNCTION {name}(said text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
BEGIN
    IF octet_length(said) = char_length(said) THEN
        RETURN lower(said COLLATE "C");
    END IF;
    RETURN (
        SELECT string_agg(
            coalesce('{sounds}'::jsonb ->> letter || letter, lower(letter COLLATE "pg_c_utf8")),
            '' ORDER BY place
        )
        FROM unnest(string_to_array(said, NULL)) WITH ORDINALITY AS spelled (letter, place)
    );
END
$body$
"""


@cache
def sort_key_sql() -> str:
    """Write the function that turns a text into what it is sorted by.

    A Chinese character becomes its commonest reading with the tone, and itself behind it, so that
    those that sound alike stay together. Latin letters lose their case and stand among them.
    """
    from pypinyin import Style  # noqa: PLC0415
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415  a large dictionary, for once
    from pypinyin.style import convert  # noqa: PLC0415

    sounds = {
        chr(code): convert(readings.split(",")[0], Style.TONE3, strict=False)
        for code, readings in sorted(pinyin_dict.items())
        if FIRST <= code <= LAST
    }
    plain = {letter: sound.replace("ü", "v") for letter, sound in sounds.items()}
    return FUNCTION.format(name=SORT_KEY, sounds=msgspec.json.encode(plain).decode())
